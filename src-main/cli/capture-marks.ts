import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { printOption } from './arguments';
import type { PartsOptions } from './capture-files';
import { addPartsOption, captureFiles } from './capture-files';
import { COMPARED_BY, captureCompare } from './capture-compare';
import type { ComparedBy } from './capture-compare';
import { captureMark } from './capture-mark';
import type { ExitCode } from './exit';
import { CliError, EXIT } from './exit';
import type { PrintMode } from './lines';
import { addRowOptions } from './shape-options';
import type { RowOptions } from './shown';
import { shownBy } from './shown';

function rowArgument(text: string): number {
  const number = Number(text);
  if (!/^\d{1,15}$/.test(text) || number === 0)
    throw new InvalidArgumentError('A row is given by its number, from 1 up.');
  return number;
}

/** `12`, or `12:2` for the second of the frames that begin in it. */
function frameArgument(text: string): { number: number; frame: number | null } {
  const [number = '', frame, ...more] = text.split(':');
  if (more.length > 0) throw new InvalidArgumentError(`"${text}" is no row. Write 12, or 12:2.`);
  return { number: rowArgument(number), frame: frame === undefined ? null : rowArgument(frame) };
}

interface MarkOptions extends PartsOptions {
  note?: string;
  remove?: true;
  print: PrintMode;
}

/** `wirebench capture mark|compare FILE ROW …`. */
export function addMarks(capture: Command, finish: (code: ExitCode) => void): void {
  addPartsOption(capture.command('mark'))
    .description('mark a row, with a note or without; kept where the window keeps it')
    .argument('<file>', 'the capture')
    .argument('<row>', 'its number, as `capture rows --print json` tells it', rowArgument)
    .option('--note <text>', 'what is to be said about it')
    .option('--remove', 'take the mark and its note away')
    .addOption(printOption(['json', 'text']))
    .action(async (file: string, row: number, given: MarkOptions) => {
      const { note, remove, print } = given;
      finish(
        await captureMark(captureFiles([file], given), row, {
          note,
          remove: remove === true,
          print,
        }),
      );
    });
  addCompare(capture, finish);
}

interface CompareOptions extends RowOptions, PartsOptions {
  by: ComparedBy;
  print: PrintMode;
}

/** Two rows of one file, or of two. */
function comparedRows(file: string, row: string, other: string, otherRow: string | undefined) {
  const rows = otherRow === undefined ? [file, row, file, other] : [file, row, other, otherRow];
  const [fileA = '', rowA = '', fileB = '', rowB = ''] = rows;
  try {
    return [
      { path: fileA, ...frameArgument(rowA) },
      { path: fileB, ...frameArgument(rowB) },
    ] as const;
  } catch (thrown) {
    if (thrown instanceof InvalidArgumentError) throw new CliError(EXIT.usage, thrown.message);
    throw thrown;
  }
}

function addCompare(capture: Command, finish: (code: ExitCode) => void): void {
  addRowOptions(
    addPartsOption(capture.command('compare'))
      .description('in what two rows or frames differ; ends with 0 when in nothing, 1 when they do')
      .argument('<file>', 'the capture')
      .argument('<row>', 'its number; of several frames that begin in it, 12:2 is the second')
      .argument('<other>', 'the number of the other, or the file that it is in')
      .argument('[other-row]', 'the number of the other, when it is in another file')
      .addOption(
        new Option('--by <what>', 'what is aligned: bytes, or lines or words of the text')
          .choices(COMPARED_BY)
          .default('byte'),
      )
      .addOption(printOption(['json', 'text'])),
  ).action(
    async (
      file: string,
      row: string,
      other: string,
      otherRow: string | undefined,
      { by, print, parts, ...asked }: CompareOptions,
    ) => {
      const rows = comparedRows(file, row, other, otherRow);
      const { shape } = await shownBy(asked);
      finish(await captureCompare(rows, { by, print, shape, ...(parts ? { parts } : {}) }));
    },
  );
}
