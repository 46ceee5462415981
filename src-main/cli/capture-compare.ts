import { diffBytes } from '../../src-shared/compare/byte-diff';
import { diffCounts, diffLines, diffText } from '../../src-shared/compare/diff-lines';
import { jsonLine } from '../engine/export/json-line';
import type { ExitCode } from './exit';
import { CliError, EXIT } from './exit';
import type { PrintMode } from './lines';
import { openCapture, tellDamage } from './open-capture';
import { terminal } from './process';

const PER_LINE = 16;

/** Prints in what two payloads differ. Ends with 1 when they do, as `cmp` and `diff`. */
export async function captureCompare(
  path: string,
  first: number,
  second: number,
  print: PrintMode,
): Promise<ExitCode> {
  const capture = openCapture(path);
  await capture.done;
  const view = capture.view(null);
  for (const number of [first, second])
    if (number > view.length)
      throw new CliError(EXIT.usage, `There is no row ${number}; ${path} has ${view.length} rows.`);
  const [a, b] = [view.bytes(first - 1), view.bytes(second - 1)];
  const diff = diffBytes(a, b);
  const counts = diffCounts(diff);
  const { aligned, leftOut, changes } = diff;
  const rest = leftOut.a + leftOut.b;
  if (print === 'json') {
    const bytes = [a.length, b.length];
    terminal.output.line(
      jsonLine({ file: path, rows: [first, second], bytes, ...counts, aligned, leftOut, changes }),
    );
  } else {
    terminal.output.line(`- row ${first}: ${a.length} bytes`);
    terminal.output.line(`+ row ${second}: ${b.length} bytes`);
    for (const line of diffText(diffLines(a, b, diff, PER_LINE)).split('\n'))
      if (line !== '') terminal.output.line(line);
    const { differences, changed, removed, added } = counts;
    terminal.output.line(
      `${differences} ${differences === 1 ? 'difference' : 'differences'}: ${changed} bytes changed, ${removed} removed, ${added} added`,
    );
  }
  if (!aligned)
    terminal.tell('wirebench: they differ too much to be aligned; compared place by place');
  if (rest > 0) terminal.tell(`wirebench: ${rest} bytes at the ends were not compared`);
  const code = tellDamage(capture.state.damage, path);
  if (code !== EXIT.done) return code;
  return counts.differences > 0 || rest > 0 ? EXIT.expectation : EXIT.done;
}
