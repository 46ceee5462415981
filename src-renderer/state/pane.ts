/** What a tab shows of what passed: its rows, one connection as it ran, or figures over time. */
export type Pane = 'log' | 'stream' | 'charts';

/** In the order of the switch. */
export const PANES: readonly Pane[] = ['log', 'stream', 'charts'];

/** How the log shows payloads. */
export type ShowAs = 'hex' | 'text' | 'both';
