import { LEAST_PART_BYTES, LEAST_PART_MS } from '../../src-shared/contract/recording-split';
import { splitFile } from '../engine/capture/store/split-file';
import type { FileSplitOptions } from '../engine/capture/store/split-file';
import { CommandError } from '../engine/command-error';
import { jsonLine } from '../engine/export/json-line';
import type { ExitCode } from './exit';
import { CliError, EXIT, fileError } from './exit';
import type { PrintMode } from './lines';
import { onSignals, terminal } from './process';

/** Writes a capture as several that are complete by themselves; interrupted, it leaves none. */
export async function captureSplit(
  path: string,
  out: string,
  { print, ...options }: FileSplitOptions & { print: PrintMode },
): Promise<ExitCode> {
  const { sizeBytes, everyMs } = options;
  if (sizeBytes === null && everyMs === null)
    throw new CliError(EXIT.usage, 'Say with --size or --time where it is to be split.', [
      'Such as --size 100MB or --time 10m.',
    ]);
  if (sizeBytes !== null && sizeBytes < LEAST_PART_BYTES)
    throw new CliError(EXIT.usage, 'A part has at least 64KiB: --size 64KiB or more.');
  if (everyMs !== null && everyMs < LEAST_PART_MS)
    throw new CliError(EXIT.usage, 'A part has the packets of at least 1s: --time 1s or more.');
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
          : `${file}: ${packets} ${packets === 1 ? 'packet' : 'packets'}, ${bytes} bytes`,
      );
    if (cutBytes > 0)
      terminal.tell(
        `wirebench: ${path}: ${cutBytes} bytes at its end could not be read and are in no part`,
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
