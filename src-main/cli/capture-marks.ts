import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { printOption } from './arguments';
import { captureCompare } from './capture-compare';
import { captureMark } from './capture-mark';
import type { ExitCode } from './exit';
import type { PrintMode } from './lines';

function rowArgument(text: string): number {
  const number = Number(text);
  if (!/^\d{1,15}$/.test(text) || number === 0)
    throw new InvalidArgumentError('A row is given by its number, from 1 up.');
  return number;
}

interface MarkOptions {
  note?: string;
  remove?: true;
  print: PrintMode;
}

/** `wirebench capture mark|compare FILE ROW …`. */
export function addMarks(capture: Command, finish: (code: ExitCode) => void): void {
  capture
    .command('mark')
    .description('mark a row, with a note or without; kept where the window keeps it')
    .argument('<file>')
    .argument('<row>', 'its number, as `capture rows --print json` tells it', rowArgument)
    .option('--note <text>', 'what is to be said about it')
    .option('--remove', 'take the mark and its note away')
    .addOption(printOption(['json', 'text']))
    .action(async (file: string, row: number, { note, remove, print }: MarkOptions) => {
      finish(await captureMark(file, row, { note, remove: remove === true, print }));
    });
  capture
    .command('compare')
    .description('in what the bytes of two rows differ; ends with 1 when they do')
    .argument('<file>')
    .argument('<row>', 'its number', rowArgument)
    .argument('<other>', 'the number of the other', rowArgument)
    .addOption(printOption(['json', 'text']))
    .action(async (file: string, row: number, other: number, { print }: { print: PrintMode }) => {
      finish(await captureCompare(file, row, other, print));
    });
}
