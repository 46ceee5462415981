import type { LookupAddress } from 'node:dns';
import type { LookupFunction, Socket, TcpNetConnectOpts } from 'node:net';
import type { Address } from '../../../src-shared/address/address';
import type { Attempt, Endpoint, SocketError } from '../../../src-shared/contract/socket';
import { epochMs, now } from '../clock';
import type { ReadMemory } from '../read-memory';
import { Attempts } from './attempts';
import { newSocket } from './direct-socket';
import { familyOf, resolve } from './resolve';
import { toSocketError } from './socket-error';
import type { Trace } from './trace';

const CONNECT_TIMEOUT_MS = 10_000;
/** When an address does not say. */
export const KEEPALIVE_MS = 30_000;

/** How long one of several addresses may take before the next is tried (RFC 8305 §5). */
const ATTEMPT_MS = 400;

/** What becomes of a dial; exactly one of `connected` and `failed` is called, and it is the last. */
export interface DialEvents {
  step(step: 'resolving' | 'connecting'): void;
  /** An address was tried; the one that is connected is the last. */
  attempted?(attempt: Attempt): void;
  /** How a name is looked up; left out: the system is asked for it. */
  readonly resolve?: typeof resolve;
  /** Where it is read into; left out: as Node does it. */
  readonly memory?: ReadMemory;
  /** Takes down the calls that it makes. */
  readonly trace?: Trace;
  connected(socket: Socket, ms: number): void;
  /** `remote` null: no address was found for the name. */
  failed(error: SocketError, remote: Endpoint | null): void;
}

/** Socket options that dialled and accepted connections share. */
export function streamOptions({ options }: Address) {
  const keepalive = options.keepaliveMs ?? KEEPALIVE_MS;
  return {
    allowHalfOpen: true,
    noDelay: options.nodelay ?? false,
    keepAlive: keepalive !== false,
    keepAliveInitialDelay: keepalive === false ? 0 : keepalive,
  };
}

/** The same on a connection that is there already. */
export function setStreamOptions(socket: Socket, options: Address['options']): void {
  const { nodelay = false, keepaliveMs = KEEPALIVE_MS } = options;
  socket.setNoDelay(nodelay);
  socket.setKeepAlive(keepaliveMs !== false, keepaliveMs === false ? 0 : keepaliveMs);
}

/** One TCP connect with its name resolution and its own time limit. */
export class Dial {
  readonly #address: Address;
  readonly #events: DialEvents;
  readonly #startedAt = now();
  #timer: NodeJS.Timeout | undefined;
  #syscall = 'getaddrinfo';
  #remote: Endpoint | null = null;
  #socket: Socket | null = null;
  #attempts: Attempts | null = null;
  #over = false;

  constructor(address: Address, events: DialEvents) {
    this.#address = address;
    this.#events = events;
  }

  start(): void {
    const { host, options } = this.#address;
    const limitMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    this.#timer = setTimeout(() => {
      this.#fail(this.#timeout(limitMs));
    }, limitMs);
    void this.#resolve(host ?? 'localhost');
  }

  /** Nothing is called after it. */
  cancel(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
  }

  async #resolve(host: string): Promise<void> {
    const { family, options } = this.#address;
    const bound = options.bind === undefined ? null : familyOf(options.bind);
    const literal = familyOf(host);
    let addresses: LookupAddress[];
    if (literal === null) {
      this.#events.step('resolving');
      const wanted = family ?? bound;
      const asked = `"${host}", ${wanted === null ? 'any family' : `IPv${wanted}`}`;
      const answered = this.#events.trace?.begin('getaddrinfo', asked);
      const resolved = await (this.#events.resolve ?? resolve)(host, wanted);
      answered?.(
        resolved.ok ? resolved.addresses.map(({ address }) => address).join(', ') : resolved.error,
      );
      if (this.#over) return;
      if (!resolved.ok) {
        this.#fail(resolved.error);
        return;
      }
      ({ addresses } = resolved);
    } else addresses = [{ address: host, family: literal }];
    this.#connect(host, addresses);
  }

  #connect(host: string, addresses: LookupAddress[]): void {
    const { port, options } = this.#address;
    this.#remote = { host: addresses[0]?.address ?? host, port };
    this.#syscall = 'connect';
    this.#events.step('connecting');
    if (this.#over) return;
    const connectOptions: TcpNetConnectOpts = {
      host,
      port,
      autoSelectFamily: addresses.length > 1,
      autoSelectFamilyAttemptTimeout: ATTEMPT_MS,
      lookup: answering(addresses),
    };
    if (options.bind !== undefined) connectOptions.localAddress = options.bind;
    if (options.sourcePort !== undefined) connectOptions.localPort = options.sourcePort;
    try {
      this.#socket = newSocket(streamOptions(this.#address), this.#events.memory);
      this.#socket.connect(connectOptions);
    } catch (thrown) {
      this.#fail(toSocketError(thrown));
      return;
    }
    const socket = this.#socket;
    this.#watchAttempts(socket, addresses[0]?.address ?? host);
    // Bytes that come with the handshake wait until the connection listens for them.
    socket.pause();
    socket.once('connect', () => {
      this.#connected(socket);
    });
    socket.on('error', (error) => {
      this.#fail(toSocketError(error));
    });
  }

  #watchAttempts(socket: Socket, first: string): void {
    const { port, options } = this.#address;
    const from = { port, bind: options.bind ?? null, sourcePort: options.sourcePort ?? 0 };
    const attempts = new Attempts(
      from,
      (attempt) => {
        this.#events.attempted?.(attempt);
      },
      this.#events.trace ?? null,
    );
    this.#attempts = attempts;
    attempts.begin(first);
    socket.on('connectionAttempt', (host: string) => {
      attempts.begin(host);
    });
    socket.on('connectionAttemptFailed', (host: string, ...rest: unknown[]) => {
      attempts.failed(host, rest.at(-1));
    });
  }

  #connected(socket: Socket): void {
    if (this.#over) return;
    this.#attempts?.end(null);
    this.#over = true;
    clearTimeout(this.#timer);
    socket.removeAllListeners('error');
    this.#events.connected(socket, epochMs(now()) - epochMs(this.#startedAt));
  }

  #fail(error: SocketError): void {
    if (this.#over) return;
    this.#attempts?.end(error);
    this.cancel();
    this.#events.failed(error, this.#remote);
  }

  #timeout(limitMs: number): SocketError {
    const { host, port } = this.#address;
    const message = `no answer from ${host ?? ''} port ${port} within ${limitMs / 1000} s`;
    return { code: 'ETIMEDOUT', syscall: this.#syscall, message };
  }
}

/** Node resolves again on connecting; this answers with what was found before. */
function answering(addresses: LookupAddress[]): LookupFunction {
  return (_host, { all }, answer) => {
    const first = addresses[0];
    if (all === true) answer(null, addresses);
    else if (first) answer(null, first.address, first.family);
  };
}
