import type { SocketId, SocketInfo } from '../../../src-shared/contract/socket';
import type { CopyFormat } from '../../state/copy-rows';
import type { LogStream } from '../../state/log-stream.svelte';
import type { LogView } from '../../state/log-view.svelte';
import type { Sockets } from '../../state/sockets.svelte';

/** What a pane that stands in place of the log is given; it need not take all of it. */
export interface PaneProps {
  view: LogView;
  /** Undefined for the moment until it is known. */
  socket: SocketInfo | undefined;
  stream: LogStream;
  sockets: Sockets;
  /** 22 or 28 px: one height for all lines. */
  rowHeight: number;
  /** Copies what is selected of rows or lines. */
  oncopy: (view: LogView, format: CopyFormat) => void;
  oncopytext: (text: string) => void;
  /** Offers to write the bytes of a socket to a file. */
  onexport: (socket: SocketId) => void;
}
