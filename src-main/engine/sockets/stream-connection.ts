import type { Socket } from 'node:net';
import type { Address } from '../../../src-shared/address/address';
import { formatAddress } from '../../../src-shared/address/address';
import type { AddressOptions } from '../../../src-shared/address/address-options';
import type { Note } from '../../../src-shared/contract/row';
import type { Endpoint, SocketError, SocketInfo } from '../../../src-shared/contract/socket';
import { RuleAnswers } from '../automation/rule-answers';
import type { RuleBook } from '../automation/rule-book';
import type { AskedBehaviour, AskedRules } from '../behaviours/behaviours';
import { placeName } from '../capture/format/stand-in';
import { now } from '../clock';
import type { Stamp } from '../clock';
import type { LocalPlace, Side } from '../types';
import type { BaseSocket, Recording, SocketHost } from './base-socket';
import { DialOpening } from './dial-opening';
import { endpointText } from './endpoint';
import { RecordedStream } from './recorded-stream';
import type { TlsSide } from './securable-stream';
import { toSocketError } from './socket-error';
import { beginRecord, placeOf, recordFailure, remoteOf } from './stream-ends';
import type { TlsSetup } from './tls-setup';

/** How a connection came about that nobody dialled as a tab of its own. */
interface Accepted {
  place?: LocalPlace | null;
  /** Who dialled it. */
  by?: Side;
  /** It begins with a handshake. */
  tls?: TlsSetup | null;
}

/**
 * A connection over TCP or a local socket, plain or with TLS, dialled or accepted: they differ in how
 * they open, not in how they live.
 */
export class StreamConnection extends RecordedStream {
  readonly #place: LocalPlace | null;
  #opening: DialOpening | null = null;
  #tlsSetup: TlsSetup | null = null;
  #dialled: Address | null = null;
  /** Of one that was dialled: a listener has those of its clients. */
  #book: RuleBook | null = null;

  private constructor(
    host: SocketHost,
    recording: Recording,
    id: number,
    address: string,
    parent: BaseSocket | null,
    options: AddressOptions,
    place: LocalPlace | null,
  ) {
    const kind = place ? 'local-connection' : 'tcp-connection';
    super(host, kind, address, recording, parent, id);
    this.asked = options;
    this.#place = place;
    this.path = parent?.path ?? null;
    host.add(this);
  }

  /** A root, or the child of what dials again and again. */
  static dial(
    host: SocketHost,
    recording: Recording,
    id: number,
    address: Address,
    parent: BaseSocket | null = null,
  ): StreamConnection {
    const { options } = address;
    const place = placeOf(address, null);
    const name = formatAddress(parent ? { ...address, options: {} } : address);
    const made = new StreamConnection(host, recording, id, name, parent, options, place);
    made.path = address.path;
    made.#dialled = address;
    made.#startDial(address);
    return made;
  }

  /** A listener's; its descriptor was taken there. Local ones have a place; `by`: who dialled. */
  static accept(
    parent: BaseSocket,
    host: SocketHost,
    socket: Socket,
    options: Address['options'],
    { place = null, by = 'peer', tls = null }: Accepted = {},
  ): StreamConnection {
    const made = new StreamConnection(
      host,
      parent.recording,
      host.nextId(),
      place ? placeName(place) : endpointText(remoteOf(socket)),
      parent,
      options,
      place,
    );
    made.#tlsSetup = tls;
    made.#opened(socket, by, now());
    return made;
  }

  protected override get isLocal(): boolean {
    return this.#place !== null;
  }

  override get dialled(): boolean {
    return this.#dialled !== null;
  }

  override get behaviour(): SocketInfo['behaviour'] {
    return this.#book ? 'rules' : null;
  }

  override get serving(): Pick<SocketInfo, 'pair' | 'rules'> {
    return this.#book ? { rules: this.#book.state } : super.serving;
  }

  override setBehaviour(asked: AskedBehaviour | AskedRules | null): void {
    const possible = !this.isOver && this.#dialled !== null;
    if (!possible || (asked && asked.name !== 'rules')) throw this.impossible('cannot-answer');
    this.#book = asked?.rules ?? null;
    this.attend(this.#book && new RuleAnswers(this, this.#book, 'out'), 'behaviour rules');
    this.host.changed(this);
  }

  #startDial(address: Address): void {
    if (!this.host.descriptors.take(1)) {
      this.#failed(this.host.descriptors.exhausted('connect'), null, address);
      return;
    }
    this.#opening = new DialOpening(address, this.host, {
      step: (step) => {
        this.setStep(step);
      },
      attempted: (attempt) => {
        this.attempted(attempt);
      },
      trace: this.trace,
      memory: this.host.memory,
      connected: (socket, ms) => {
        this.connectMs = ms;
        this.#tlsSetup = this.#opening?.tlsSetup ?? null;
        this.#opened(socket, 'us', now());
      },
      failed: (error, remote) => {
        this.host.descriptors.release(1);
        this.#failed(error, remote, address);
      },
    });
    this.#opening.start();
  }

  protected override cancelOpening(): void {
    if (this.wire) {
      this.advance('closing', now());
      this.wire.destroy();
      return;
    }
    this.#opening?.cancel();
    this.host.descriptors.release(1);
    const at = now();
    this.note({ event: 'closed', text: 'before it was connected' }, at);
    this.finish(null, at);
  }

  #failed(error: SocketError, remote: Endpoint | null, { options }: Address): void {
    const at = now();
    const note: Note = { event: 'failed', error };
    this.remote = remote;
    recordFailure(this.recording.recorder, this.id, note, { remote, options }, at);
    this.finish(error, at);
  }

  #opened(socket: Socket, by: Side, at: Stamp): void {
    this.wire = socket;
    this.control(socket);
    const { local, remote, flow } = beginRecord(
      this.recording.recorder,
      this.id,
      socket,
      this.#place,
    );
    this.local = local;
    this.remote = remote;
    this.flow = flow;
    flow.opened(by, at);
    socket.on('error', (error) => {
      this.failure ??= toSocketError(error);
    });
    socket.on('close', () => {
      this.#tlsSetup = null;
      this.wireClosed(now());
    });
    if (this.#tlsSetup) this.secure(socket, this.#tlsSetup);
    else this.carry(socket);
  }

  protected override get tlsSide(): TlsSide {
    const role = this.#dialled ? 'client' : 'server';
    return { role, host: this.#dialled?.host ?? null, options: this.asked };
  }
}
