import type { Decoder } from '../../../src-shared/decode/decoders';
import type { Charset } from '../../../src-shared/encoding/charset';
import type { Row } from '../../../src-shared/contract/row';
import { plainText } from '../../../src-shared/payload/plain-text';
import type { Piece, RowFormat } from './row-format';
import { isoOfMs } from './json-line';
import { markComment } from './mark-comment';
import { hexPieces, textPieces } from './pieces';

/*
 * RFC 4180, UTF-8, with a header. Payloads and words of others stand in cells that spreadsheets would
 * run as formulas: such a cell begins with an apostrophe (OWASP, "CSV Injection").
 */

const COLUMNS = ['number', 'time', 'delta_ms', 'direction', 'socket', 'peer', 'event', 'bytes'];
const FRAME_COLUMNS = ['role', 'label'];
const LAST_COLUMNS = ['note', 'mark', 'hex', 'text'];

/** Full-width ones count as well: spreadsheets in East Asian languages take them for the others. */
const FORMULA = /^[=+\-@\t\r\n|%＝＋－＠]/;

export function csvRows(decoder: Decoder | null, charset: Charset): RowFormat {
  const columns = [...COLUMNS, ...FRAME_COLUMNS, ...LAST_COLUMNS];
  return {
    begin: () => [`${columns.join(',')}\r\n`],
    row: (row, bytes) => linePieces(row, bytes(), decoder, charset),
    end: () => [],
  };
}

function* linePieces(
  row: Row,
  bytes: Uint8Array,
  decoder: Decoder | null,
  charset: Charset,
): Generator<Piece> {
  const { number, at, deltaMs, direction, socket, peer, note, lengthBytes, frame, mark } = row;
  const decoded = decoder && frame ? decoder.decode({ ...frame, bytes }) : null;
  const error = note?.error ? `${note.error.code}: ${note.error.message}` : undefined;
  const cells = [
    String(number),
    isoOfMs(at),
    deltaMs === null ? '' : String(deltaMs),
    direction,
    String(socket),
    cell(peer),
    note?.event ?? '',
    String(lengthBytes),
    frame?.role ?? '',
    cell(decoded?.label ?? ''),
    cell([error, note?.text, row.unexpected && 'unexpected source'].filter(Boolean).join(' ')),
    cell(mark ? markComment(mark) : ''),
  ];
  yield `${cells.join(',')},`;
  yield* hexPieces(bytes);
  yield ',"';
  let first = true;
  for (const piece of textPieces(bytes, charset, row.lead)) {
    yield (first ? unarmed(piece) : piece).replaceAll('"', '""');
    first = false;
  }
  yield '"\r\n';
}

function unarmed(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** Words of others, as a terminal may show them too. */
function cell(text: string): string {
  const safe = unarmed(plainText(text));
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
