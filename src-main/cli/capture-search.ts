import { jsonLine } from '../engine/export/json-line';
import { rowLine } from './row-lines';
import type { CaptureFiles } from './capture-files';
import { CaptureView } from './capture-view';
import type { ExitCode } from './exit';
import { EXIT } from './exit';
import { Highlights } from './highlights';
import type { PrintMode } from './lines';
import { terminal } from './process';
import type { Shown } from './shown';
import { namedIn } from './shown';

interface CaptureSearchOptions extends Shown {
  print: PrintMode;
  /** Only how many there are. */
  count: boolean;
}

/** Prints the rows in which a pattern begins, in order, once the whole file was looked through. */
export async function captureSearch(
  files: CaptureFiles,
  pattern: string,
  options: CaptureSearchOptions,
): Promise<ExitCode> {
  const { shape, print, count, rules } = options;
  const shown = await CaptureView.open(files, shape);
  const { view, charset, onChange } = shown;
  const definitions = namedIn(pattern, options.definitions);
  const search = view.search({ search: pattern, definitions, onChange });
  while (!shown.isWhole(search)) await shown.more(search);
  const hits = search.length;
  const highlights = new Highlights(view, { rules, definitions: options.definitions });
  if (count)
    terminal.output.line(print === 'json' ? jsonLine({ file: files.name, hits }) : String(hits));
  else
    for (let ordinal = 0; ordinal < hits && !terminal.output.gone; ordinal++) {
      const rows = view.rows(search.at(ordinal), 1);
      const names = await highlights.of(rows);
      for (const [place, row] of rows.entries())
        terminal.output.line(
          rowLine(row, view, { ...options, charset, highlight: names[place] ?? [] }),
        );
      await terminal.output.room();
    }
  highlights.close();
  search.close();
  shown.close();
  shown.check(search);
  return terminal.output.gone ? EXIT.done : shown.ended();
}
