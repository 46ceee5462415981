import type { Endpoint } from '../../../src-shared/contract/socket';
import { WAIT, type Hearing, type Wait } from './hearing';
import type { Input } from './input';

/** Bytes to send. A string is bytes too, one a character (latin1), as `Input.line` gives them. */
export type Piece = string | Uint8Array;

/**
 * One side of a conversation. It yields what it says, and is not asked for more while the peer
 * does not read; it yields WAIT when it needs to hear more. Its return closes the connection
 * after all that was said. When the connection is gone it is ended where it stands, as by `return`.
 */
export type Talk = Generator<Piece | Wait, void, void>;

/** A part of a talk with a result. */
export type Part<T> = Generator<Piece | Wait, T, void>;

/** A connection as its talk sees it. */
export interface Client {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly input: Input;
  /** Goes on with a talk that waits for something else than input. */
  wake(): void;
  /** Bytes pass through TLS. */
  readonly isSecure: boolean;
  /** It is plain and has a certificate. */
  readonly canStartTls: boolean;
  /**
   * After all that was said. What the peer said too early is thrown away: it was not said in secret
   * (RFC 3207 §4.2, CVE-2011-0411). False: it goes on as it was, or is over.
   */
  startTls(): Hearing<boolean>;
  /** Bytes at once, past the talk: of another connection's, such as the hub's. False: too much waits. */
  push(bytes: Uint8Array): boolean;
  /** RST. */
  cutOff(why: string): void;
}

/** Lets the engine's other sockets have their turn, in work that has no end in sight. */
export function* breathe(client: Client): Hearing<void> {
  let rested = false;
  setImmediate(() => {
    rested = true;
    client.wake();
  });
  while (!rested) yield WAIT;
}
