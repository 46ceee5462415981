import { counted } from '../../src-shared/counted';
import { type Command, Option } from 'commander';
import { LEAST_PART_BYTES, LEAST_PART_MS } from '../../src-shared/contract/recording-split';
import { splitFile } from '../engine/capture/store/split-file';
import type { FileSplitOptions } from '../engine/capture/store/split-file';
import { CommandError } from '../engine/command-error';
import { jsonLine } from '../engine/export/json-line';
import type { ExitCode } from './exit';
import { CliError, EXIT, fileError } from './exit';
import type { PrintMode } from './lines';
import { printOption } from './arguments';
import { onSignals, terminal } from './process';
import { sizeArgument, timeArgument } from './quantities';

/** `--size` and `--time` are what the others are named here too; `listen --time` is a service. */
interface SplitOptions {
  splitSize?: number;
  size?: number;
  splitTime?: number;
  time?: number;
  print: PrintMode;
}

/** `wirebench capture split FILE OUT`. */
export function addSplit(capture: Command, finish: (code: ExitCode) => void): void {
  capture
    .command('split')
    .description('write a capture as several, each complete by itself: OUT.00001.pcapng, …')
    .argument('<file>', 'the capture')
    .argument('<out>', 'names the parts, which must not exist')
    .option('--split-size <size>', 'a part is full at that size, such as 100MB', sizeArgument)
    .option('--split-time <time>', 'a part has the packets of so long, such as 10m', timeArgument)
    .addOption(otherName('--size <size>', 'splitSize', sizeArgument))
    .addOption(otherName('--time <time>', 'splitTime', timeArgument))
    .addOption(printOption(['json', 'text']))
    .action(async (file: string, out: string, options: SplitOptions) => {
      const sizeBytes = options.splitSize ?? options.size ?? null;
      const everyMs = options.splitTime ?? options.time ?? null;
      finish(await captureSplit(file, out, { sizeBytes, everyMs, print: options.print }));
    });
}

function otherName(flags: string, of: keyof SplitOptions, parse: (text: string) => number) {
  return new Option(flags).argParser(parse).conflicts(of).hideHelp();
}

/** Writes a capture as several that are complete by themselves; interrupted, it leaves none. */
async function captureSplit(
  path: string,
  out: string,
  { print, ...options }: FileSplitOptions & { print: PrintMode },
): Promise<ExitCode> {
  const { sizeBytes, everyMs } = options;
  if (sizeBytes === null && everyMs === null)
    throw new CliError(EXIT.usage, 'Say with --split-size or --split-time where.', [
      'Such as --split-size 100MB or --split-time 10m.',
    ]);
  if (sizeBytes !== null && sizeBytes < LEAST_PART_BYTES)
    throw new CliError(EXIT.usage, 'A part has at least 64KiB: --split-size 64KiB or more.');
  if (everyMs !== null && everyMs < LEAST_PART_MS)
    throw new CliError(
      EXIT.usage,
      'A part has the packets of at least 1s: --split-time 1s or more.',
    );
  const interrupted = new AbortController();
  const stopListening = onSignals(() => {
    interrupted.abort();
  });
  try {
    const { parts, cutBytes } = await splitFile(path, out, options, interrupted.signal);
    for (const { path: file, packets, bytes } of parts)
      terminal.output.line(
        print === 'json'
          ? jsonLine({ file, packets, bytes })
          : `${file}: ${counted(packets, 'packet')}, ${counted(bytes, 'byte')}`,
      );
    if (cutBytes > 0)
      terminal.tell(
        `wirebench: ${path}: ${counted(cutBytes, 'byte')} at its end could not be read, in no part`,
      );
    return EXIT.done;
  } catch (thrown) {
    if (interrupted.signal.aborted) {
      terminal.tell('wirebench: interrupted; no part was left');
      return EXIT.interrupted;
    }
    if (thrown instanceof CommandError && thrown.errno === undefined)
      throw new CliError(EXIT.usage, thrown.message);
    // What cannot be read or written names itself.
    throw fileError(thrown, pathOf(thrown) ?? path);
  } finally {
    stopListening();
  }
}

function pathOf(thrown: unknown): string | null {
  const told = thrown instanceof Error && 'path' in thrown ? thrown.path : null;
  return typeof told === 'string' ? told : null;
}
