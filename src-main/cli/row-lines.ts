import type { Mark, Row } from '../../src-shared/contract/row';
import type { Decoder } from '../../src-shared/decode/decoders';
import type { Charset } from '../../src-shared/encoding/charset';
import type { RowView } from '../engine/types';
import { isoOfMs, jsonLine } from '../engine/export/json-line';
import { jsonRow } from '../engine/export/json-row';
import { dataLine } from './lines';
import type { PrintMode } from './lines';
import type { RowDissection } from './row-dissector';

const NONE = new Uint8Array(0);

/** How rows are printed. */
interface RowPrinting {
  print: PrintMode;
  decoder: Decoder | null;
  charset: Charset;
}

interface About {
  dissection?: RowDissection | undefined;
  /** Names of the rules that the row passes. */
  highlight?: readonly string[];
}

/** All lines of one row, of a file or of a live session. */
export function rowTexts(
  row: Row,
  view: RowView,
  printing: RowPrinting,
  about: About,
): readonly string[] {
  const line = rowLine(row, view, { ...printing, ...about });
  if (printing.print === 'json') return [line];
  return [
    line,
    ...(about.dissection?.lines ?? []),
    // A comment that stands on a packet with payload.
    ...(row.note && isData(row) ? [stateLine(row)] : []),
    ...(row.mark ? [markLine(row.mark)] : []),
  ];
}

/** The line of one row. */
export function rowLine(
  row: Row,
  view: RowView,
  { print, decoder, charset, dissection, highlight = [] }: RowPrinting & About,
): string {
  const marked = highlight.length > 0 ? { highlight } : {};
  const { at, direction, peer, unexpected = false, frame, lead = null } = row;
  const badges = highlight.map((name) => ` [${name}]`).join('');
  if (!isData(row))
    return print === 'json'
      ? jsonLine({ ...jsonRow(row, NONE, null), ...marked })
      : stateLine(row) + badges;
  const bytes = row.lengthBytes > row.preview.byteLength ? view.bytes(row.index) : row.preview;
  const decoded = decoder && frame ? decoder.decode({ ...frame, bytes }) : null;
  if (print === 'json')
    return jsonLine({
      ...jsonRow(row, bytes, decoded),
      ...(dissection ? { dissection: dissection.told } : {}),
      ...marked,
    });
  const sent = direction === 'out' ? 'out' : 'in';
  const line = {
    at: isoOfMs(at),
    direction: sent,
    bytes,
    peer,
    unexpected,
    lead,
    charset,
  } as const;
  return dataLine(line, print === 'hex' ? 'hex' : 'text', decoded?.label) + badges;
}

function markLine({ note }: Mark): string {
  return note === null ? '  ★' : `  ★ ${note}`;
}

export function isData({ direction }: Row): boolean {
  return direction === 'in' || direction === 'out';
}

function stateLine({ at, note, peer }: Row): string {
  const error = note?.error ? `${note.error.code}: ${note.error.message}` : undefined;
  const text = [peer, note?.event, error, note?.text].filter(Boolean).join(' ');
  return `${isoOfMs(at)} - ${text}`;
}
