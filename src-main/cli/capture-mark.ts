import { counted } from '../../src-shared/counted';
import { mark } from '../../src-shared/contract/row';
import { toSocketError } from '../engine/capture/format/capture-error';
import { jsonLine } from '../engine/export/json-line';
import type { CaptureFiles } from './capture-files';
import type { ExitCode } from './exit';
import { CliError, EXIT } from './exit';
import type { PrintMode } from './lines';
import { marksFolder } from './marks-folder';
import { openCapture, tellDamage } from './open-capture';
import { terminal } from './process';

interface MarkOptions {
  /** Undefined: a note that is there stays. */
  note: string | undefined;
  remove: boolean;
  print: PrintMode;
}

/** Marks one row, as the window shows it, or takes its mark away. */
export async function captureMark(
  files: CaptureFiles,
  number: number,
  { note, remove, print }: MarkOptions,
): Promise<ExitCode> {
  if (note !== undefined && !mark.shape.note.safeParse(note).success)
    throw new CliError(EXIT.usage, 'A note has from 1 to 2000 characters.');
  const capture = openCapture(files);
  const { name: path } = files;
  const { marks } = capture;
  let problem: string | null = null;
  const file = marksFolder().keep(capture, ({ message }) => (problem = message));
  await capture.done;
  const row = number - 1;
  const { rows, damage } = capture.state;
  if (row >= rows)
    throw new CliError(
      EXIT.usage,
      `There is no row ${number}; ${path} has ${counted(rows, 'row')}.`,
      [`\`wirebench capture rows ${path} --print json\` shows the number of each.`],
    );
  const before = marks.of(row);
  const next = remove ? null : { note: note ?? before?.note ?? null };
  try {
    marks.set([{ row, mark: next }]);
  } catch (thrown) {
    throw new CliError(EXIT.usage, toSocketError(thrown).message);
  }
  await file?.written();
  if (problem !== null) throw new CliError(EXIT.file, problem);
  if (print === 'json') terminal.output.line(jsonLine({ file: path, number, mark: next }));
  else terminal.output.line(`row ${number} is ${next === null ? 'not ' : ''}marked`);
  return tellDamage(damage, files);
}
