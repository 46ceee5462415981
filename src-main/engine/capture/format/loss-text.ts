import { epochMs } from '../../clock';
import type { Stamp } from '../../clock';

/** What could not be recorded since the disk failed. */
export interface Loss {
  since: Stamp;
  chunks: number;
  bytes: number;
  states: number;
}

/** The figures of a gap: `12 chunks, 3456 bytes not recorded since 2026-01-31T10:00:00.000Z`. */
export function lossText(loss: Loss): string {
  const states = loss.states === 0 ? '' : `, ${String(loss.states)} states`;
  const since = new Date(epochMs(loss.since)).toISOString();
  return `${String(loss.chunks)} chunks, ${String(loss.bytes)} bytes${states} not recorded since ${since}`;
}
