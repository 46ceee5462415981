import type { Component } from 'svelte';
import type { Pane } from '../../state/pane';
import type { PaneProps } from './pane-props';

type Load = () => Promise<{ default: Component<PaneProps> }>;

/** Loaded when first looked at: nothing of them is needed to begin. */
const LOADERS: Record<Exclude<Pane, 'log'>, Load> = {
  stream: () => import('../stream/StreamPane.svelte'),
  charts: () => import('../charts/ChartsPane.svelte'),
};

/** Null for the log itself, which is always there. */
export function loadPane(pane: Pane): Promise<Component<PaneProps>> | null {
  if (pane === 'log') return null;
  return LOADERS[pane]().then((loaded) => loaded.default);
}
