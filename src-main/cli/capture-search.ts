import type { Definition } from '../../src-shared/contract/definition';
import { jsonLine } from '../engine/export/json-line';
import { charsetOf } from './encoding';
import type { ExitCode } from './exit';
import { CliError, EXIT } from './exit';
import { rowLine } from './capture-rows';
import type { CaptureRowsOptions } from './capture-rows';
import { openCapture, tellDamage } from './open-capture';
import { terminal } from './process';

interface CaptureSearchOptions extends CaptureRowsOptions {
  /** Of decoders that the pattern names. */
  definitions: readonly Definition[];
  /** Only how many there are. */
  count: boolean;
}

/** Prints the rows in which a pattern begins, in order, once the whole file was looked through. */
export async function captureSearch(
  path: string,
  pattern: string,
  options: CaptureSearchOptions,
): Promise<ExitCode> {
  const { shape, print, count, definitions } = options;
  let wake: () => void = () => undefined;
  const onChange = () => {
    wake();
  };
  const charset = await charsetOf(shape);
  const capture = openCapture(path, onChange);
  // A mark may belong to a row that is known only when all are.
  if (capture.marks.size > 0) await capture.done;
  const view = capture.view(null, { shape, charset, onChange });
  const search = view.search({ search: pattern, definitions, onChange });
  for (;;) {
    const looked = [search.scanning, ...(view.scanning ? [view.scanning] : [])];
    const read = capture.state.progress === null;
    if (looked.some(({ problem }) => problem) || (read && looked.every(({ done }) => done))) break;
    const woken = new Promise<void>((resolve) => (wake = resolve));
    view.refresh?.();
    search.refresh();
    await woken;
  }
  const hits = search.length;
  if (count) terminal.output.line(print === 'json' ? jsonLine({ file: path, hits }) : String(hits));
  else
    for (let ordinal = 0; ordinal < hits && !terminal.output.gone; ordinal++) {
      for (const row of view.rows(search.at(ordinal), 1))
        terminal.output.line(rowLine(row, view, { ...options, charset }));
      await terminal.output.room();
    }
  const problem = search.scanning.problem ?? view.scanning?.problem;
  search.close();
  view.close?.();
  capture.close();
  if (problem) throw new CliError(EXIT.usage, problem.message);
  return terminal.output.gone ? EXIT.done : tellDamage(capture.state.damage, path);
}
