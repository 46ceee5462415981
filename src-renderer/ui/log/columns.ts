import type { TimeMode } from '../../state/log-times.svelte';

/** Columns that go away when there is little room, the first of these first. */
type FoldingColumn = 'delta' | 'number' | 'peer';
const FOLD_ORDER: readonly FoldingColumn[] = ['delta', 'number', 'peer'];

/** What is left for the data before a column is folded. */
const MIN_DATA_CHARS = 32;

/** What a summary takes at least, and of the room that is left for both at most. */
const MIN_SUMMARY_CHARS = 16;
const SUMMARY_SHARE = 0.5;
const MAX_SUMMARY_CHARS = 80;

/** The space on both sides of a cell's text, px. */
export const CELL_PADDING_PX = 16;

export interface ColumnNeeds {
  widthPx: number;
  /** Width of one character of the data font, px. */
  charPx: number;
  timeMode: TimeMode;
  microseconds: boolean;
  /** The longest of what is to be shown. */
  numberChars: number;
  peerChars: number;
  /** What rows say stands beside their bytes. */
  summary: boolean;
}

export interface Columns {
  /** Width of each column but data, characters; folded ones are 0. */
  chars: {
    number: number;
    time: number;
    delta: number;
    direction: number;
    peer: number;
    length: number;
    summary: number;
  };
  folded: readonly FoldingColumn[];
  /** Characters that fit into the data column. */
  dataChars: number;
}

/** How wide each column is. The widest peer is an IPv6 address in brackets with its port. */
export function fitColumns(needs: ColumnNeeds): Columns {
  const chars = {
    number: clamp(needs.numberChars, 5, 14),
    time: timeChars(needs.timeMode, needs.microseconds),
    delta: needs.microseconds ? 13 : 10,
    direction: 6,
    peer: clamp(needs.peerChars, 15, 53),
    length: 9,
    summary: needs.summary ? MIN_SUMMARY_CHARS : 0,
  };
  const folded: FoldingColumn[] = [];
  for (const column of FOLD_ORDER) {
    if (dataChars(chars, needs) >= MIN_DATA_CHARS) break;
    folded.push(column);
    chars[column] = 0;
  }
  if (needs.summary) {
    const both = dataChars(chars, needs) + chars.summary;
    chars.summary = clamp(Math.floor(both * SUMMARY_SHARE), MIN_SUMMARY_CHARS, MAX_SUMMARY_CHARS);
  }
  return { chars, folded, dataChars: Math.max(12, dataChars(chars, needs)) };
}

function dataChars(chars: Columns['chars'], { widthPx, charPx }: ColumnNeeds): number {
  let taken = CELL_PADDING_PX;
  for (const width of Object.values(chars))
    if (width > 0) taken += width * charPx + CELL_PADDING_PX;
  return Math.floor((widthPx - taken) / charPx);
}

function timeChars(mode: TimeMode, microseconds: boolean): number {
  const extra = microseconds ? 3 : 0;
  switch (mode) {
    case 'clock':
      return 12 + extra;
    case 'date':
      return 23 + extra;
    case 'utc':
      return 24 + extra;
    case 'start':
    case 'delta':
    case 'reference':
      return 13 + extra;
    default:
      return mode satisfies never;
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}
