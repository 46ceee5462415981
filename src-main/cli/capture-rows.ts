import type { Row } from '../../src-shared/contract/row';
import type { DecoderName } from '../../src-shared/decode/names';
import { decode } from '../../src-shared/decode/decode';
import type { ViewShape } from '../../src-shared/contract/view-shape';
import type { CaptureState } from '../../src-shared/contract/socket';
import type { RowView } from '../engine/types';
import type { ExitCode } from './exit';
import { CliError, EXIT } from './exit';
import { dataFields, dataLine, frameMarks, isoOfMs, jsonLine, safeText } from './lines';
import type { PrintMode } from './lines';
import { openCapture, tellDamage } from './open-capture';
import { terminal } from './process';
import { eventOf } from './row-events';

const BATCH = 512;

interface CaptureRowsOptions {
  print: PrintMode;
  shape: ViewShape;
  decoder: DecoderName | null;
}

/** Prints rows while the file is still being read, no faster than they are taken. */
export async function captureRows(path: string, options: CaptureRowsOptions): Promise<ExitCode> {
  const { print, shape } = options;
  let wake: () => void = () => undefined;
  const onChange = () => {
    wake();
  };
  const capture = openCapture(path, onChange);
  const derived = shape.filter !== undefined || shape.framing !== undefined;
  const view = derived ? capture.view(null, { shape, onChange }) : capture.view(null);
  let printed = 0;
  while (!terminal.output.gone) {
    if (printed < view.length) {
      const rows = view.rows(printed, BATCH);
      for (const row of rows) {
        terminal.output.line(rowLine(row, view, options));
        // A comment that stands on a packet with payload.
        if (print !== 'json' && row.note && isData(row)) terminal.output.line(stateLine(row));
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
  view.close?.();
  capture.close();
  if (view.scanning?.problem) throw new CliError(EXIT.usage, view.scanning.problem.message);
  return terminal.output.gone ? EXIT.done : tellDamage(capture.state.damage, path);
}

/** The file was read to its end, and the filter has seen all of it or has given up. */
function isWhole({ progress, rows }: CaptureState, { scanning }: RowView): boolean {
  if (progress !== null) return false;
  return !scanning || scanning.problem !== null || (scanning.done && scanning.scannedRows >= rows);
}

function rowLine(row: Row, view: RowView, { print, decoder }: CaptureRowsOptions): string {
  const { at, direction, peer, note, socket, number, frame } = row;
  if (direction !== 'in' && direction !== 'out')
    return print === 'json' ? jsonState(row) : stateLine(row);
  const bytes = row.lengthBytes > row.preview.byteLength ? view.bytes(row.index) : row.preview;
  const line = { at: isoOfMs(at), direction, bytes };
  const decoded = decoder && frame ? decode(decoder, { ...frame, bytes }) : null;
  if (print === 'hex' || print === 'text')
    return dataLine({ ...line, peer }, print, decoded?.label);
  return jsonLine({
    event: 'data',
    socket: String(socket),
    ...dataFields(line),
    peer,
    number,
    ...(frame ? frameMarks(frame, decoded) : {}),
    ...(note ? { note } : {}),
  });
}

function jsonState({ at, note, socket, peer, number }: Row): string {
  return jsonLine({
    event: note ? eventOf(note.event) : 'stats',
    socket: String(socket),
    at: isoOfMs(at),
    ...(peer === '' ? {} : { peer }),
    number,
    ...(note ? { state: note.event } : {}),
    ...(note?.error ? { error: note.error } : {}),
    ...(note?.text === undefined ? {} : { text: note.text }),
  });
}

function isData({ direction }: Row): boolean {
  return direction === 'in' || direction === 'out';
}

function stateLine({ at, note, peer }: Row): string {
  const error = note?.error ? `${note.error.code}: ${note.error.message}` : undefined;
  const text = [peer, note?.event, error, note?.text].filter(Boolean).join(' ');
  return `${isoOfMs(at)} - ${safeText(text)}`;
}
