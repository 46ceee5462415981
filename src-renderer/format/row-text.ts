import type { Row } from '../../src-shared/contract/row';
import type { LinesShape } from '../../src-shared/contract/view-shape';
import type { Charset } from '../../src-shared/encoding/charset';
import { plainText } from '../../src-shared/payload/plain-text';
import { m } from '../i18n/generated/messages';
import { answeredBy } from './answered-by';
import { eventText } from './event-text';
import { lineOffset, lineText } from './line-text';
import { hexPreview, textPreview, type TextPreview } from './preview';
import { formatCount, formatSize } from './sizes';
import { clockTime, dateTime, signedSeconds, utcTime } from './times';

export interface RowTextOptions {
  showAs: 'hex' | 'text' | 'both';
  timeMode: 'clock' | 'date' | 'start' | 'delta' | 'utc' | 'reference';
  /** The row that times are counted from, if one was chosen. */
  reference?: { number: number; at: number } | null;
  microseconds: boolean;
  /** When the first row was; null while unknown. Epoch ms. */
  startedAt: number | null;
  /** Characters that fit into the data column. */
  dataChars: number;
  locale: string;
  /** Of the text; left out: UTF-8. */
  charset?: Charset;
  /** Of the lines of a stream: what they are. */
  lines?: LinesShape['as'] | undefined;
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
  const { locale, lines } = options;
  const isData = row.direction === 'in' || row.direction === 'out';
  return {
    number: lines === undefined ? formatCount(row.number, locale) : lineOffset(row),
    time: timeText(row, options),
    delta: row.deltaMs === null ? '' : signedSeconds(row.deltaMs, options),
    peer: plainText(row.peer),
    length: isData ? formatCount(row.lengthBytes, locale) : '—',
    data: isData ? dataText(row, options) : eventText(row.note, row.peer),
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
    case 'reference':
      return sinceReference(row, options);
    default:
      return options.timeMode satisfies never;
  }
}

function sinceReference({ number, at }: Row, options: RowTextOptions): string {
  const { reference } = options;
  if (!reference) return '';
  const is = reference.number === number && reference.at === at;
  return is ? '*REF*' : signedSeconds(at - reference.at, options);
}

/** What ` … +3.8 KiB` takes behind the bytes. */
const TAIL_CHARS = 13;

/** How a frame is not whole takes at most this part of the room. */
const MARKS_SHARE = 0.6;

function dataText(row: Row, options: RowTextOptions): string {
  if (options.lines !== undefined)
    return lineText(row, options.lines, options.charset ? { charset: options.charset } : {});
  const marks = frameMarks(row, options);
  if (marks === '') return bytesText(row, options);
  const room = options.dataChars - marks.length - 2;
  return `${marks}  ${bytesText(row, { ...options, dataChars: Math.max(1, room) })}`;
}

/** How a frame is not whole; empty when it is. */
function frameMarks({ frame }: Row, { dataChars }: RowTextOptions): string {
  if (frame === undefined) return '';
  const marks = [
    ...(frame.part === 'whole' ? [] : [`[${m.framing_oversize()}]`]),
    ...(frame.incomplete ? [`[${m.framing_incomplete()}]`] : []),
  ].join(' ');
  const most = Math.max(12, Math.floor(dataChars * MARKS_SHARE));
  return marks.length <= most ? marks : `${marks.slice(0, most - 1)}…`;
}

function bytesText(row: Row, options: RowTextOptions): string {
  const whole = fitted(row, options, options.dataChars);
  const rest = row.lengthBytes - whole.bytes;
  const cut =
    rest === 0 ? whole : fitted(row, options, Math.max(12, options.dataChars - TAIL_CHARS));
  const hidden = row.lengthBytes - cut.bytes;
  const tail = hidden === 0 ? '' : ` … +${formatSize(hidden, options.locale)}`;
  // Which rule answered stands before it.
  const said = answeredBy(row) === null ? row.note : null;
  const note = said === null ? '' : `  [${eventText(said)}]`;
  return cut.text + tail + note;
}

/** As much of a payload as fits, and how many of its bytes that is. */
function fitted(
  { preview, lengthBytes, lead }: Row,
  { showAs, charset }: RowTextOptions,
  room: number,
): TextPreview {
  const complete = preview.byteLength === lengthBytes;
  const of = { ...(charset ? { charset } : {}), ...(lead ? { lead } : {}) };
  if (showAs === 'text') return textPreview(preview, room, { complete, ...of });
  const most = showAs === 'hex' ? hexBytes(room) : bothBytes(room);
  const shown = preview.subarray(0, most);
  const hex = hexPreview(shown);
  if (showAs === 'hex') return { text: hex, bytes: shown.byteLength };
  // The text begins at the same place in every row, so that the eye finds it.
  const width = most * 3 - 1;
  const all = complete && shown.byteLength === lengthBytes;
  const beside = textPreview(shown, room - width - 4, { complete: all, unseen: 'dot', ...of });
  // Some characters are wider than the bytes they stand for; the hex has them all.
  const more = all && beside.bytes < shown.byteLength && beside.text !== '' ? '…' : '';
  return { text: `${hex.padEnd(width)} │ ${beside.text}${more}`, bytes: shown.byteLength };
}

function hexBytes(chars: number): number {
  return Math.max(1, Math.floor((chars + 1) / 3));
}

/** Three characters of hex and one of text each, with ` │ ` and a `…` between and behind. */
function bothBytes(chars: number): number {
  return Math.max(1, Math.floor((chars - 3) / 4));
}
