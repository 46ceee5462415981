import type { Endpoint, SocketId } from '../../../../src-shared/contract/socket';
import type { StreamFigures } from '../../../../src-shared/contract/stream-figures';
import type { LocalPlace } from '../../types';

/** A flow found in a capture file, to be shown as a child of it. */
export interface FoundFlow {
  socket: SocketId;
  protocol: 'tcp' | 'udp';
  local: Endpoint;
  remote: Endpoint;
  /** Of a local socket; then `local` and `remote` only stand for it. */
  place: LocalPlace | null;
  receivedChunks: number;
  receivedBytes: number;
  sentChunks: number;
  sentBytes: number;
  /** Of TCP that others captured; null: it came as it was sent. */
  reassembly: StreamFigures | null;
  /** Of a relay: the other half; `dialled`: this is the one to the target. */
  pair: { socket: SocketId; dialled: boolean } | null;
  /** `only-from` did not name its remote. */
  unexpected: boolean;
}
