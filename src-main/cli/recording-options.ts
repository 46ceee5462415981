import type { Command } from 'commander';
import type { Address } from '../../src-shared/address/address';
import { toCommandError } from '../engine/command-error';
import { splitPlan } from '../engine/split-plan';
import { CliError, EXIT } from './exit';
import { countArgument, sizeArgument, timeArgument } from './quantities';

/** How a recording is split; the same as the options of an address with these names. */
export interface RecordingOptions {
  splitSize?: number;
  splitTime?: number;
  ring?: number;
  ringParts?: number;
}

export function addRecordingOptions(command: Command): Command {
  return command
    .option(
      '--split-size <size>',
      'go on in a new file when one is so big: FILE.00001.pcapng, …',
      sizeArgument,
    )
    .option('--split-time <time>', 'go on in a new file after so long', timeArgument)
    .option('--ring <time>', 'delete files whose last row is older', timeArgument)
    .option(
      '--ring-parts <count>',
      'keep so many files and delete the oldest; with --split-size or --split-time',
      countArgument,
    );
}

/** The address with what the options say. Throws when nothing is recorded that could be split. */
export function withRecording(
  address: Address,
  { splitSize, splitTime, ring, ringParts }: RecordingOptions,
  record: string | null,
): Address {
  const options = {
    ...address.options,
    ...(splitSize === undefined ? {} : { splitSizeBytes: splitSize }),
    ...(splitTime === undefined ? {} : { splitTimeMs: splitTime }),
    ...(ring === undefined ? {} : { ringMs: ring }),
    ...(ringParts === undefined ? {} : { ringParts }),
  };
  const { splitSizeBytes, splitTimeMs, ringMs, ringParts: parts } = options;
  const asked = [splitSizeBytes, splitTimeMs, ringMs, parts].some((one) => one !== undefined);
  if (asked && record === null)
    throw new CliError(EXIT.usage, 'Nothing is recorded that could be split: give --record FILE.');
  try {
    splitPlan(options);
  } catch (thrown) {
    throw new CliError(EXIT.usage, `It cannot be split so: ${toCommandError(thrown).message}.`);
  }
  return { ...address, options };
}
