import type { Row } from '../../src-shared/contract/row';
import { eventText } from './event-text';
import { hexPreview, textPreview } from './preview';
import { formatCount, formatSize } from './sizes';
import { clockTime, dateTime, signedSeconds, utcTime } from './times';

export interface RowTextOptions {
  showAs: 'hex' | 'text' | 'both';
  timeMode: 'clock' | 'date' | 'start' | 'delta' | 'utc';
  microseconds: boolean;
  /** When the first row was; null while unknown. Epoch ms. */
  startedAt: number | null;
  /** Characters that fit into the data column. */
  dataChars: number;
  locale: string;
}

/** The cells of one row as text. */
export interface RowText {
  number: string;
  time: string;
  delta: string;
  peer: string;
  length: string;
  data: string;
}

export function rowText(row: Row, options: RowTextOptions): RowText {
  const { locale } = options;
  const isData = row.direction === 'in' || row.direction === 'out';
  return {
    number: formatCount(row.number, locale),
    time: timeText(row, options),
    delta: row.deltaMs === null ? '' : signedSeconds(row.deltaMs, options),
    peer: row.peer,
    length: isData ? formatCount(row.lengthBytes, locale) : '—',
    data: isData ? dataText(row, options) : eventText(row.note),
  };
}

function timeText(row: Row, options: RowTextOptions): string {
  switch (options.timeMode) {
    case 'clock':
      return clockTime(row.at, options);
    case 'date':
      return dateTime(row.at, options);
    case 'utc':
      return utcTime(row.at, options);
    case 'start':
      return options.startedAt === null ? '' : signedSeconds(row.at - options.startedAt, options);
    case 'delta':
      return signedSeconds(row.deltaMs ?? 0, options);
    default:
      return options.timeMode satisfies never;
  }
}

/** ` … +3.8 KiB` and what a payload's own note takes must fit behind the bytes. */
const TAIL_CHARS = 13;

function dataText(row: Row, { showAs, dataChars, locale }: RowTextOptions): string {
  const { preview, lengthBytes } = row;
  const all = charsFor(lengthBytes, showAs) <= dataChars && preview.byteLength >= lengthBytes;
  const room = Math.max(12, all ? dataChars : dataChars - TAIL_CHARS);
  const shown = Math.min(preview.byteLength, all ? lengthBytes : bytesFor(room, showAs));
  const note = row.note === null ? '' : `  [${eventText(row.note)}]`;
  const rest = lengthBytes > shown ? ` … +${formatSize(lengthBytes - shown, locale)}` : '';
  return pick(preview.subarray(0, shown), lengthBytes, room, showAs) + rest + note;
}

function pick(
  bytes: Uint8Array,
  of: number,
  room: number,
  showAs: RowTextOptions['showAs'],
): string {
  const complete = bytes.byteLength === of;
  if (showAs === 'hex') return hexPreview(bytes);
  if (showAs === 'text') return textPreview(bytes, room, complete);
  // The text begins at the same place in every row, so that the eye finds it.
  const width = Math.max(2, bytesFor(room, 'both') * 3 - 1);
  return `${hexPreview(bytes).padEnd(width)} │ ${textPreview(bytes, room, complete)}`;
}

function charsFor(bytes: number, showAs: RowTextOptions['showAs']): number {
  return showAs === 'hex' ? bytes * 3 - 1 : showAs === 'text' ? bytes : bytes * 4 + 2;
}

function bytesFor(chars: number, showAs: RowTextOptions['showAs']): number {
  const bytes = showAs === 'hex' ? (chars + 1) / 3 : showAs === 'text' ? chars : (chars - 2) / 4;
  return Math.max(1, Math.floor(bytes));
}
