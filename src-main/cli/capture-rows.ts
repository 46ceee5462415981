import type { Mark, Row } from '../../src-shared/contract/row';
import type { Charset } from '../../src-shared/encoding/charset';
import type { RowView } from '../engine/types';
import { isoOfMs, jsonLine } from '../engine/export/json-line';
import { jsonRow } from '../engine/export/json-row';
import type { CaptureFiles } from './capture-files';
import { CaptureView } from './capture-view';
import { Highlights } from './highlights';
import { RowDissector } from './row-dissector';
import type { RowDissection } from './row-dissector';
import type { ExitCode } from './exit';
import { EXIT } from './exit';
import { dataLine } from './lines';
import type { PrintMode } from './lines';
import { terminal } from './process';
import type { Shown } from './shape-options';

const BATCH = 512;
const NONE = new Uint8Array(0);

export interface CaptureRowsOptions extends Shown {
  print: PrintMode;
  /** Below each packet, all that Wireshark makes of it. */
  dissect?: boolean;
}

/** How rows are printed. */
type RowPrinting = Pick<CaptureRowsOptions, 'print' | 'decoder'>;

interface Reading {
  charset: Charset;
  dissection?: RowDissection | undefined;
  /** Names of the rules that the row passes. */
  highlight?: readonly string[];
}

/** Prints rows while the file is still being read, no faster than they are taken. */
export async function captureRows(
  files: CaptureFiles,
  options: CaptureRowsOptions,
): Promise<ExitCode> {
  const { print, shape, rules, definitions } = options;
  const shown = await CaptureView.open(files, shape);
  const { view, charset, capture, wireshark } = shown;
  const dissect = options.dissect === true ? new RowDissector(wireshark, capture, view) : null;
  const highlights = new Highlights(view, { rules, definitions });
  let printed = 0;
  while (!terminal.output.gone) {
    if (printed < view.length) {
      const rows = view.rows(printed, BATCH);
      const names = await highlights.of(rows);
      for (const [place, row] of rows.entries()) {
        const dissection = await dissect?.of(row);
        const highlight = names[place] ?? [];
        const line = rowLine(row, view, { ...options, charset, dissection, highlight });
        terminal.output.line(line);
        if (print !== 'json' && dissection)
          for (const text of dissection.lines) terminal.output.line(text);
        // A comment that stands on a packet with payload.
        if (print !== 'json' && row.note && isData(row)) terminal.output.line(stateLine(row));
        if (print !== 'json' && row.mark) terminal.output.line(markLine(row.mark));
      }
      printed += rows.length;
      await terminal.output.room();
    } else if (shown.isWhole()) break;
    else await shown.more();
  }
  highlights.close();
  shown.close();
  shown.check();
  return terminal.output.gone ? EXIT.done : shown.ended();
}

/** What is printed of one row. */
export function rowLine(
  row: Row,
  view: RowView,
  { print, decoder, charset, dissection, highlight = [] }: RowPrinting & Reading,
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

function isData({ direction }: Row): boolean {
  return direction === 'in' || direction === 'out';
}

function stateLine({ at, note, peer }: Row): string {
  const error = note?.error ? `${note.error.code}: ${note.error.message}` : undefined;
  const text = [peer, note?.event, error, note?.text].filter(Boolean).join(' ');
  return `${isoOfMs(at)} - ${text}`;
}
