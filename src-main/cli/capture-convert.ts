import { counted } from '../../src-shared/counted';
import type { ExportFormat } from '../../src-shared/contract/export-formats';
import { matchesOf } from '../engine/command-handler';
import { CommandError } from '../engine/command-error';
import { WiresharkEngine } from '../engine/dissect/dissector';
import { exportRows } from '../engine/export/export-rows';
import type { ExportProgress } from '../engine/export/export-rows';
import { jsonLine } from '../engine/export/json-line';
import type { CaptureFiles } from './capture-files';
import type { ExitCode } from './exit';
import { CliError, EXIT, fileError } from './exit';
import type { PrintMode } from './lines';
import { openCapture, tellDamage } from './open-capture';
import { onSignals, terminal } from './process';
import { asking } from './row-dissector';
import type { Shown } from './shown';

interface ConvertOptions extends Shown {
  format: ExportFormat;
  print: PrintMode;
}

/** How often progress is told to a terminal. */
const TELL_MS = 200;

/** Writes rows of a capture to a new file; interrupted, it leaves none. */
export async function captureConvert(
  files: CaptureFiles,
  out: string,
  { format, shape, decoder, print }: ConvertOptions,
): Promise<ExitCode> {
  const capture = openCapture(files);
  const wireshark = new WiresharkEngine();
  const interrupted = new AbortController();
  const stopListening = onSignals(() => {
    interrupted.abort();
  });
  const told = new ProgressLine();
  try {
    // A mark may belong to a row that is known only when all are.
    if (capture.marks.size > 0) await capture.done;
    const matches = asking(() => matchesOf({ wireshark }, capture, shape));
    const { rows, bytes } = await exportRows(
      capture,
      { socket: null, shape, ...matches, rows: null, format, decoder, path: out, overwrite: false },
      interrupted.signal,
      (progress) => {
        told.tell(progress);
      },
    );
    told.clear();
    if (print === 'json') terminal.output.line(jsonLine({ file: out, format, rows, bytes }));
    else terminal.output.line(`${out}: ${counted(rows, 'row')}, ${counted(bytes, 'byte')}`);
    return tellDamage(capture.state.damage, files);
  } catch (thrown) {
    told.clear();
    if (interrupted.signal.aborted) {
      terminal.tell(`wirebench: interrupted; nothing was left of ${out}`);
      return EXIT.interrupted;
    }
    // What was asked makes no sense; all else is about the file.
    if (thrown instanceof CliError) throw thrown;
    if (thrown instanceof CommandError && thrown.errno === undefined)
      throw new CliError(EXIT.usage, thrown.message);
    throw fileError(thrown, out);
  } finally {
    stopListening();
    wireshark.close();
    capture.close();
  }
}

/** One line of a terminal that is written again and again; nothing where nobody watches. */
class ProgressLine {
  #toldAt = -Infinity;
  #shown = false;

  tell({ rows, part }: ExportProgress): void {
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.#toldAt < TELL_MS) return;
    this.#toldAt = now;
    this.#shown = true;
    process.stderr.write(`\r\x1b[K${Math.floor(part * 100)} %, ${counted(rows, 'row')}`);
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\x1b[K');
    this.#shown = false;
  }
}
