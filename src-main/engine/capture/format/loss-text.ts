import { counted } from '../../../../src-shared/counted';
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
  const states = loss.states === 0 ? '' : `, ${counted(loss.states, 'state')}`;
  const since = new Date(epochMs(loss.since)).toISOString();
  return `${counted(loss.chunks, 'chunk')}, ${counted(loss.bytes, 'byte')}${states} not recorded since ${since}`;
}
