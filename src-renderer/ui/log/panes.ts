import type { Component } from 'svelte';
import type { SocketId, SocketInfo } from '../../../src-shared/contract/socket';
import type { CopyFormat } from '../../state/copy-rows';
import type { LogStream } from '../../state/log-stream.svelte';
import type { LogView } from '../../state/log-view.svelte';
import type { Pane } from '../../state/pane';
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

type Load = () => Promise<{ default: Component<PaneProps> }>;

/** Loaded when first looked at: nothing of them is needed to begin. */
const LOADERS: Partial<Record<Pane, Load>> = {
  stream: () => import('../stream/StreamPane.svelte'),
  charts: () => import('../charts/ChartsPane.svelte'),
};

/** The panes there are, in the order of the switch. */
export const PANES: readonly Pane[] = (['log', 'stream', 'charts'] as const).filter(
  (pane) => pane === 'log' || LOADERS[pane] !== undefined,
);

/** Null for the log itself, which is always there. */
export function loadPane(pane: Pane): Promise<Component<PaneProps>> | null {
  return LOADERS[pane]?.().then((loaded) => loaded.default) ?? null;
}
