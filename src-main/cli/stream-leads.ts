import type { SocketId } from '../../src-shared/contract/socket';
import { Carry } from '../../src-shared/encoding/carry';
import type { Charset } from '../../src-shared/encoding/charset';

type Direction = 'in' | 'out';

/** What each direction of each connection has begun of a character and not ended. */
export class StreamLeads {
  readonly #charset: Charset;
  readonly #carries = new Map<SocketId, Record<Direction, Carry>>();

  constructor(charset: Charset) {
    this.#charset = charset;
  }

  /** What of the bytes before begins a character that these go on with; null: nothing. */
  lead(socket: SocketId, direction: Direction, bytes: Uint8Array): Uint8Array | null {
    let carries = this.#carries.get(socket);
    if (!carries) {
      carries = { in: new Carry(this.#charset), out: new Carry(this.#charset) };
      this.#carries.set(socket, carries);
    }
    return carries[direction].lead(bytes);
  }

  forget(socket: SocketId): void {
    this.#carries.delete(socket);
  }
}
