import type { SendTarget } from '../../../src-shared/contract/engine';
import type {
  Endpoint,
  Phase,
  SocketError,
  SocketId,
  SocketInfo,
} from '../../../src-shared/contract/socket';

/** Whoever answers on a connection by itself. Nothing is called before `opened` or after `closed`. */
export interface Attendant {
  /** Bytes may be sent from now on. */
  opened(): void;
  /** After they were recorded. Nobody changes them any more. */
  received(bytes: Uint8Array): void;
  /** The kernel took some of what waits to be sent. */
  sent(): void;
  /** TLS was started, or could not be: bytes pass again. */
  secured(): void;
  /** FIN. From now on the attendant says when our side ends. */
  peerEnded(): void;
  /** Also when something else attends from now on; `error`: why it closed, if not in good order. */
  closed(error: SocketError | null): void;
}

/** The user, who paused it; the host, which cannot take more; or the attendant. */
export type ReadingHolder = 'user' | 'host' | 'behaviour';

/** A connection as its attendant sees it. */
export interface Attended {
  readonly id: SocketId;
  /** In the address grammar; of one that was accepted that of its peer. */
  readonly address: string;
  readonly phase: Phase;
  readonly local: Endpoint | null;
  readonly remote: Endpoint | null;
  readonly ended: boolean;
  readonly peerEnded: boolean;
  readonly sendQueueBytes: number;
  /** Null: plain. No bytes pass during the handshake. */
  readonly tls: SocketInfo['tls'];
  /** It has a certificate to start TLS with. */
  readonly isCertified: boolean;
  /** Null ends the attendance without a word to the peer. `name` is told in the log, if it is not empty. */
  attend(attendant: Attendant | null, name: string): void;
  /** `comment` is told in the capture on the first packet of the bytes. */
  send(target: SendTarget, bytes: Uint8Array, comment?: string): number;
  /** After what was sent; see the command of that name. */
  startTls(options: string): void;
  /** FIN after what was sent. */
  end(): void;
  close(): void;
  reset(): void;
  /** What the peer sends waits with it while anyone holds it. */
  holdReading(by: ReadingHolder, held: boolean): void;
  /** Something failed that does not end it. */
  tellFault(error: SocketError): void;
}
