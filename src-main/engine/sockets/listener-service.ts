import type { Socket } from 'node:net';
import { formatAddress, type Address } from '../../../src-shared/address/address';
import type { AnsweringName } from '../../../src-shared/contract/behaviour';
import type { Endpoint, SocketInfo } from '../../../src-shared/contract/socket';
import { Attendance } from '../behaviours/attendance';
import type { AskedBehaviour, AskedRules } from '../behaviours/behaviours';
import { CommandError } from '../command-error';
import { pairedWith } from '../relay/pairing';
import type { RelayHost } from '../relay/stream-relay';
import { targetOf } from '../relay/target';
import type { Side } from '../types';
import type { Attended } from './attendant';
import type { BaseSocket, SocketHost } from './base-socket';
import { DataConnections } from './data-connections';
import { StreamConnection } from './stream-connection';

/** A listener as its service sees it. */
export interface Served extends BaseSocket {
  /** As it stands now: live options change it. */
  readonly asked: Address;
  /** Its servers may open further connections. */
  readonly opensData: boolean;
}

/** What a listener does for its clients by itself, with the connections it opens for that. */
export class ListenerService implements RelayHost {
  readonly data: DataConnections;
  readonly #listener: Served;
  readonly #host: SocketHost;
  readonly #attendance: Attendance;
  #target: Address | null = null;

  constructor(listener: Served, host: SocketHost) {
    this.#listener = listener;
    this.#host = host;
    const { recording } = listener;
    this.data = new DataConnections(host.descriptors, {
      adopt: (socket: Socket, by: Side) =>
        StreamConnection.accept(listener, host, socket, listener.asked.options, { by }),
      dial: (address, id) => StreamConnection.dial(host, recording, id, address, listener),
    });
    const side = listener.opensData ? this.data : null;
    this.#attendance = new Attendance({ content: () => host.content, side, relay: this });
  }

  get behaviour(): AnsweringName | null {
    return this.#attendance.name;
  }

  get serving(): Pick<SocketInfo, 'relayTo' | 'rules'> {
    const { rules } = this.#attendance;
    if (rules) return { rules };
    return this.#target === null ? {} : { relayTo: formatAddress(this.#target) };
  }

  get local(): Endpoint | null {
    return this.#listener.local;
  }

  /** For those that are there and those to come. Throws a `CommandError`. */
  set(asked: AskedBehaviour | AskedRules | null, connections: Iterable<Attended>): void {
    const target =
      asked?.name === 'relay' ? targetOf(this.#listener.asked.kind, asked.relayTo ?? '') : null;
    this.#target = target;
    this.#attendance.set(asked, connections);
  }

  serve(connection: Attended): void {
    if (this.behaviour !== null) this.#attendance.serve(connection);
  }

  dialTarget(client: Attended): StreamConnection {
    const target = this.#target;
    // Of a client that is served while the behaviour changes; no command reaches this.
    if (target === null)
      throw new CommandError({ code: 'ERR_NOT_POSSIBLE', message: 'It does not relay any more' });
    const paired = this.#host.find(client.id) ?? this.#listener;
    return pairedWith(paired, this.#host, (id) => this.data.relay(target, id));
  }
}
