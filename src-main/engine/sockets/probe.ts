import type { Socket } from 'node:net';
import type { Address } from '../../../src-shared/address/address';
import { DIALS } from '../../../src-shared/address/kinds';
import type { Probed } from '../../../src-shared/contract/probe';
import type { Attempt, SocketError } from '../../../src-shared/contract/socket';
import { refusal } from '../../../src-shared/refusal/refusal';
import { epochMs, now } from '../clock';
import { CommandError } from '../command-error';
import { addAttempt } from './attempts';
import type { Descriptors } from './descriptors';
import { type DialNeeds, DialOpening } from './dial-opening';
import { plainHost } from './endpoint';
import type { resolve } from './resolve';
import type { DialEvents } from './tcp-dial';
import { TlsLink } from './tls-link';
import type { TlsSetup } from './tls-setup';

/** What a probe needs of its engine. */
export interface Prober extends DialNeeds {
  readonly descriptors: Descriptors;
  /** Left out: the system is asked for each name. */
  readonly resolve?: typeof resolve;
}

/** Throws a `CommandError` for an address that nothing can be connected to. */
export function mustBeDialled({ kind }: Address): void {
  if (DIALS.includes(kind)) return;
  throw new CommandError('ERR_BAD_ADDRESS', refusal('not-probed'));
}

/**
 * The system gave it the very port that it connects to as its own, and RFC 9293 §3.5 lets both ends
 * meet in one socket: happens once or so when all ports of this computer are tried.
 */
function isItself({ localAddress, localPort, remoteAddress, remotePort }: Socket): boolean {
  return localPort !== undefined && localPort === remotePort && localAddress === remoteAddress;
}

/**
 * One connect attempt, with TLS its handshake too, closed again at once. What the network says is
 * its answer, never an exception.
 */
export class Probe {
  readonly done: Promise<Probed>;
  readonly #address: Address;
  readonly #descriptors: Descriptors;
  readonly #opening: DialOpening;
  readonly #startedAt = epochMs(now());
  #answer: (probed: Probed) => void = () => undefined;
  #over = false;
  #link: TlsLink | null = null;
  #attempts: Attempt[] = [];
  #resolvingAt: number | null = null;
  #resolveMs: number | null = null;

  /** Throws a `CommandError` for an address that nothing can be connected to. */
  constructor(address: Address, prober: Prober) {
    const { descriptors, resolve } = prober;
    mustBeDialled(address);
    this.#address = address;
    this.#descriptors = descriptors;
    this.#opening = new DialOpening(address, prober, {
      ...this.#events(),
      ...(resolve ? { resolve } : {}),
    });
    this.done = new Promise((resolve) => {
      this.#answer = resolve;
    });
    if (descriptors.take(1)) this.#opening.start();
    else {
      this.#over = true;
      this.#answer(this.#told({ error: descriptors.exhausted('connect') }));
    }
  }

  /** Answers at once, if it has not yet. */
  cancel(): void {
    if (this.#over) return;
    this.#opening.cancel();
    const link = this.#link;
    this.#finish(this.#told({ cancelled: true, ms: epochMs(now()) - this.#startedAt }));
    link?.over();
    link?.stream.destroy();
  }

  #events(): DialEvents {
    return {
      step: (step) => {
        const at = epochMs(now());
        if (step === 'resolving') this.#resolvingAt = at;
        else if (this.#resolvingAt !== null) this.#resolveMs = at - this.#resolvingAt;
      },
      attempted: (attempt) => {
        this.#attempts = addAttempt(this.#attempts, attempt);
      },
      connected: (socket, ms) => {
        this.#connected(socket, ms);
      },
      failed: (error, remote) => {
        this.#finish(this.#told({ ms: epochMs(now()) - this.#startedAt, error, remote }));
      },
    };
  }

  #connected(socket: Socket, ms: number): void {
    // Its outcome is told: what becomes of it while closing is nobody's business.
    socket.on('error', () => undefined);
    const { path, port } = this.#address;
    const remote = path === null ? { host: plainHost(socket.remoteAddress ?? ''), port } : null;
    if (isItself(socket)) {
      socket.destroy();
      const { host = '' } = remote ?? {};
      const message = `connect ECONNREFUSED ${host}:${port}: it was connected to itself, and nobody listens`;
      // They say that it was connected.
      this.#attempts = [];
      const error = { code: 'ECONNREFUSED', syscall: 'connect', message };
      this.#finish(this.#told({ ms, remote, error }));
      return;
    }
    const { tlsSetup } = this.#opening;
    if (tlsSetup) this.#shake(socket, tlsSetup, { ms, remote });
    else {
      socket.destroy();
      this.#finish(this.#told({ ms, remote }));
    }
  }

  /** The handshake on a connection that stands. */
  #shake(socket: Socket, setup: TlsSetup, connected: Pick<Probed, 'ms' | 'remote'>): void {
    const ended = (link: TlsLink, error: SocketError | null) => {
      this.#finish(this.#told({ ...connected, error, tls: link.details() }));
    };
    const link = new TlsLink(socket, setup, {
      secured: () => {
        ended(link, null);
        link.stream.destroy();
      },
      failed: (error) => {
        ended(link, error);
      },
      broken: () => undefined,
      truncated: () => undefined,
      stray: () => undefined,
      // A key log that cannot be written is no reason to call the peer out of reach.
      fault: () => undefined,
    });
    this.#link = link;
  }

  #told(of: Partial<Probed>): Probed {
    const attempts = this.#attempts;
    const resolveMs = this.#resolveMs;
    return { cancelled: false, ms: 0, error: null, remote: null, resolveMs, attempts, ...of };
  }

  #finish(probed: Probed): void {
    if (this.#over) return;
    this.#over = true;
    this.#descriptors.release(1);
    this.#answer(probed);
  }
}
