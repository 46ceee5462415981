import type { Mark, Row } from '../../src-shared/contract/row';
import type { Decoder } from '../../src-shared/decode/decoders';
import type { Charset } from '../../src-shared/encoding/charset';
import type { ViewShape } from '../../src-shared/contract/view-shape';
import type { CaptureState } from '../../src-shared/contract/socket';
import type { RowView } from '../engine/types';
import { isoOfMs, jsonLine } from '../engine/export/json-line';
import { jsonRow } from '../engine/export/json-row';
import { matchesOf } from '../engine/command-handler';
import { WiresharkEngine } from '../engine/dissect/dissector';
import type { Definition } from '../../src-shared/contract/definition';
import type { NamedRule } from '../../src-shared/filter/rules';
import { charsetOf } from './encoding';
import { Highlights } from './highlights';
import { asking, RowDissector } from './row-dissector';
import type { RowDissection } from './row-dissector';
import type { ExitCode } from './exit';
import { CliError, EXIT } from './exit';
import { dataLine, safeText } from './lines';
import type { PrintMode } from './lines';
import { openCapture, tellDamage } from './open-capture';
import { terminal } from './process';

const BATCH = 512;
const NONE = new Uint8Array(0);

export interface CaptureRowsOptions {
  print: PrintMode;
  shape: ViewShape;
  decoder: Decoder | null;
  /** Below each packet, all that Wireshark makes of it. */
  dissect?: boolean;
  /** Rows are told which of these they pass. */
  rules?: readonly NamedRule[];
  /** What those rules decode with. */
  definitions?: readonly Definition[];
}

interface Reading {
  charset: Charset;
  dissection?: RowDissection | undefined;
  /** Names of the rules that the row passes. */
  highlight?: readonly string[];
}

/** Prints rows while the file is still being read, no faster than they are taken. */
export async function captureRows(path: string, options: CaptureRowsOptions): Promise<ExitCode> {
  const { print, shape } = options;
  let wake: () => void = () => undefined;
  const onChange = () => {
    wake();
  };
  const charset = await charsetOf(shape);
  const capture = openCapture(path, onChange);
  // A mark may belong to a row that is known only when all are.
  if (capture.marks.size > 0) await capture.done;
  const wireshark = new WiresharkEngine();
  const asked = asking(() => matchesOf({ wireshark }, capture, shape));
  const view = capture.view(null, { shape, charset, ...asked, onChange });
  const dissect = options.dissect === true ? new RowDissector(wireshark, capture, view) : null;
  const { rules = [], definitions = [] } = options;
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
    } else if (isWhole(capture.state, view)) break;
    else {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      view.refresh?.();
      await woken;
    }
  }
  highlights.close();
  view.close?.();
  wireshark.close();
  capture.close();
  if (view.scanning?.problem) throw new CliError(EXIT.usage, view.scanning.problem.message);
  return terminal.output.gone ? EXIT.done : tellDamage(capture.state.damage, path);
}

/** The file was read to its end, and the filter has seen all of it or has given up. */
function isWhole({ progress, rows }: CaptureState, { scanning }: RowView): boolean {
  if (progress !== null) return false;
  return !scanning || scanning.problem !== null || (scanning.done && scanning.scannedRows >= rows);
}

/** What is printed of one row. */
export function rowLine(
  row: Row,
  view: RowView,
  { print, decoder, charset, dissection, highlight = [] }: CaptureRowsOptions & Reading,
): string {
  const marked = highlight.length > 0 ? { highlight } : {};
  const { at, direction, peer, frame, lead = null } = row;
  const badges = highlight.map((name) => ` [${safeText(name)}]`).join('');
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
  const line = { at: isoOfMs(at), direction: sent, bytes, peer, lead, charset } as const;
  return dataLine(line, print === 'hex' ? 'hex' : 'text', decoded?.label) + badges;
}

function markLine({ note }: Mark): string {
  return safeText(note === null ? '  ★' : `  ★ ${note}`);
}

function isData({ direction }: Row): boolean {
  return direction === 'in' || direction === 'out';
}

function stateLine({ at, note, peer }: Row): string {
  const error = note?.error ? `${note.error.code}: ${note.error.message}` : undefined;
  const text = [peer, note?.event, error, note?.text].filter(Boolean).join(' ');
  return `${isoOfMs(at)} - ${safeText(text)}`;
}
