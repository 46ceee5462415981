import type { Attempt, SocketError, SocketInfo } from '../../../src-shared/contract/socket';
import { MAX_ATTEMPTS } from '../../../src-shared/contract/socket';
import { now } from '../clock';
import type { Trace } from './trace';
import { toSocketError } from './socket-error';

/** With one more, without the oldest when they are too many. */
export function addAttempt(
  attempts: SocketInfo['attempts'],
  attempt: Attempt,
): SocketInfo['attempts'] {
  return [...attempts, attempt].slice(-MAX_ATTEMPTS);
}

/** Where the addresses of a dial are tried from. */
export interface AttemptsFrom {
  port: number;
  bind: string | null;
  sourcePort: number;
}

/** The addresses of one name, tried one after another, and the calls that it takes. */
export class Attempts {
  readonly #from: AttemptsFrom;
  readonly #told: (attempt: Attempt) => void;
  readonly #trace: Trace | null;
  #host: string | null = null;
  #startedAt = 0;
  #connected: ((outcome: string | SocketError) => void) | null = null;

  constructor(from: AttemptsFrom, told: (attempt: Attempt) => void, trace: Trace | null) {
    this.#from = from;
    this.#told = told;
    this.#trace = trace;
  }

  /** `connect` is called for an address. Again for the same: nothing. */
  begin(host: string): void {
    if (host === this.#host) return;
    this.end({ code: 'ETIMEDOUT', syscall: 'connect', message: `no answer from ${host} in time` });
    const { port, bind, sourcePort } = this.#from;
    const family = host.includes(':') ? 'AF_INET6' : 'AF_INET';
    this.#host = host;
    this.#startedAt = now();
    this.#trace?.call('socket', `${family}, SOCK_STREAM, IPPROTO_TCP`, 'fd');
    if (bind !== null || sourcePort !== 0)
      this.#trace?.call('bind', `fd, ${bind ?? 'any address'} port ${sourcePort}`);
    this.#connected = this.#trace?.begin('connect', `fd, ${host} port ${port}`) ?? null;
  }

  /** What came of the one under way. `error` null: connected. */
  end(error: SocketError | null): void {
    const host = this.#host;
    if (host === null) return;
    this.#host = null;
    this.#connected?.(error ?? '0');
    this.#told({ host, port: this.#from.port, ms: (now() - this.#startedAt) / 1e6, error });
  }

  /** As Node's events tell it. */
  failed(host: string, error: unknown): void {
    if (host === this.#host) this.end(toSocketError(error));
  }
}
