/** What a tab shows of what passed: its rows, one connection as it ran, or figures over time. */
export type Pane = 'log' | 'stream' | 'charts';
