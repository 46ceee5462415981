import type { Endpoint, SocketId } from '../../../src-shared/contract/socket';
import type { Stamp } from '../clock';
import type { Direction } from '../types';

/** One chunk as it passed, for a host that prints or reacts. */
export interface Chunk {
  socket: SocketId;
  direction: Direction;
  /** Valid during the call. */
  bytes: Uint8Array;
  at: Stamp;
  /** Null for a local socket. */
  remote: Endpoint | null;
  /** The socket's own: of one that a listener accepted that of its peer. */
  address: string;
  /** Told of it in the capture: `rule NAME`. */
  comment?: string | undefined;
}
