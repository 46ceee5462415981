import type { Command } from 'commander';
import { inOrder, joinedName, partsOf } from '../engine/capture/reading/part-names';
import { CliError, EXIT } from './exit';
import { terminal } from './process';

/** What is read as one capture. */
export interface CaptureFiles {
  /** What to call them. */
  name: string;
  paths: readonly string[];
}

export interface PartsOptions {
  parts?: true;
}

export function addPartsOption(command: Command): Command {
  return command.option('--parts', 'all parts of the recording that FILE is one of, as one log');
}

/** Several files are one recording, in the order of their numbers. */
export function captureFiles(given: readonly string[], { parts }: PartsOptions = {}): CaptureFiles {
  const paths = inOrder(parts ? given.flatMap(partsOf) : given);
  const [path = ''] = paths;
  const all = paths.length === 1 && !parts ? partsOf(path).length : 1;
  if (all > 1)
    terminal.tell(`wirebench: ${path} is one of ${all} parts; --parts reads all of them as one`);
  return { name: joinedName(paths), paths };
}

/** Files, and behind them one thing more. */
export function filesAnd(
  given: readonly string[],
  what: string,
  options: PartsOptions,
): { files: CaptureFiles; last: string } {
  const last = given.at(-1);
  if (last === undefined || given.length < 2)
    throw new CliError(EXIT.usage, `${what} is missing behind ${last ?? 'the files'}.`);
  return { files: captureFiles(given.slice(0, -1), options), last };
}
