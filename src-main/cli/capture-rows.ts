import type { CaptureFiles } from './capture-files';
import { CaptureView } from './capture-view';
import { Highlights } from './highlights';
import { RowDissector } from './row-dissector';
import { rowTexts } from './row-lines';
import type { ExitCode } from './exit';
import { EXIT } from './exit';
import type { PrintMode } from './lines';
import { terminal } from './process';
import type { Shown } from './shown';

const BATCH = 512;

export interface CaptureRowsOptions extends Shown {
  print: PrintMode;
  /** Below each packet, all that Wireshark makes of it. */
  dissect?: boolean;
}

/** Prints rows while the file is still being read, no faster than they are taken. */
export async function captureRows(
  files: CaptureFiles,
  options: CaptureRowsOptions,
): Promise<ExitCode> {
  const { shape, rules, definitions } = options;
  const shown = await CaptureView.open(files, shape);
  const { view, charset, capture, wireshark } = shown;
  const dissector = options.dissect === true ? new RowDissector(wireshark, capture, view) : null;
  const highlights = new Highlights(view, { rules, definitions });
  const printing = { ...options, charset };
  let printed = 0;
  while (!terminal.output.gone) {
    if (printed < view.length) {
      const rows = view.rows(printed, BATCH);
      const names = await highlights.of(rows);
      for (const [place, row] of rows.entries()) {
        const dissection = dissector ? await dissector.of(row) : undefined;
        const about = { dissection, highlight: names[place] ?? [] };
        for (const text of rowTexts(row, view, printing, about)) terminal.output.line(text);
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
