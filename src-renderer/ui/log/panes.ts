import type { Component } from 'svelte';
import type { SocketInfo } from '../../../src-shared/contract/socket';
import type { LogView } from '../../state/log-view.svelte';
import type { Pane } from '../../state/pane';

/** What a pane that stands in place of the log is given; it need not take all of it. */
export interface PaneProps {
  view: LogView;
  /** Undefined for the moment until it is known. */
  socket: SocketInfo | undefined;
  oncopytext: (text: string) => void;
  onexport: () => void;
}

type Load = () => Promise<{ default: Component<PaneProps> }>;

/** Loaded when first looked at: nothing of them is needed to begin. */
const LOADERS: Partial<Record<Pane, Load>> = {};

/** The panes there are, in the order of the switch. */
export const PANES: readonly Pane[] = (['log', 'stream', 'charts'] as const).filter(
  (pane) => pane === 'log' || LOADERS[pane] !== undefined,
);

/** Null for the log itself, which is always there. */
export function loadPane(pane: Pane): Promise<Component<PaneProps>> | null {
  return LOADERS[pane]?.().then((loaded) => loaded.default) ?? null;
}
