import type { Endpoint, SocketError } from '../../../src-shared/contract/socket';
import type { Attended } from '../sockets/attendant';

/** What becomes of a further connection; at most one of `connected` and `failed` is called, once. */
export interface SideEvents {
  /** Passive: the port is open. */
  listening(local: Endpoint): void;
  connected(connection: Attended): void;
  failed(error: SocketError): void;
}

/**
 * Connections that a server's talk opens beside its own, such as FTP's for data. They are children of
 * the same listener, recorded in its capture and shown with the others.
 */
export interface SideConnections {
  /** Waits for one connection from the host `from`. Returns what ends the waiting. */
  listen(at: string, from: string, events: SideEvents): () => void;
  dial(to: Endpoint, from: string, events: SideEvents): () => void;
}
