import type { Command } from 'commander';
import type { Address } from '../../src-shared/address/address';
import type { Charset } from '../../src-shared/encoding/charset';
import type { Pattern } from '../../src-shared/payload/pattern';
import { parsePattern } from '../../src-shared/payload/pattern';
import { framingArgument, printOption, wrongAt } from './arguments';
import { addDecodingOptions, decodingOf } from './decoding';
import { addEncodingOption, charsetOf } from './encoding';
import { CliError, EXIT } from './exit';
import type { FrameViewOptions } from './frame-view';
import type { LiveOptions } from './live-options';
import { addLiveOptions, liveShown, withAlarm } from './live-options';
import { countArgument, timeArgument } from './quantities';
import type { RecordingOptions } from './recording-options';
import { addRecordingOptions, withRecording } from './recording-options';

/** What `listen`, `connect` and `relay` share, as commander parsed it. */
export interface SharedOptions extends LiveOptions, RecordingOptions {
  record?: string;
  quiet?: true;
  trace?: true;
  expect?: string;
  count?: number;
  idle?: number;
  timeout?: number;
  duration?: number;
}

/** A pattern that is understood, as it was written: which bytes it means, the encoding says. */
function patternArgument(text: string): string {
  const parsed = parsePattern(text);
  if (parsed.ok) return text;
  throw wrongAt(text, parsed.error);
}

function patternIn(text: string, charset: Charset): Pattern {
  const parsed = parsePattern(text, charset);
  if (parsed.ok) return parsed.pattern;
  throw new CliError(EXIT.usage, `The pattern is wrong: ${parsed.error.message}.`);
}

/** What `--framing` and `--decode` make of a connection dialled or accepted. */
async function framesOf(
  options: SharedOptions,
  isListener: boolean,
): Promise<FrameViewOptions | null> {
  const { decoder } = await decodingOf(options);
  // A decoder alone: the messages of its protocol.
  const framing = options.framing ?? decoder?.framing;
  return framing ? { framing, decoder, client: isListener ? 'in' : 'out' } : null;
}

/** Adds the options of `SharedOptions`. */
export function addSharedOptions(command: Command): Command {
  const recorded = addEncodingOption(addDecodingOptions(command)).option(
    '--record <file>',
    'write a pcapng capture; the file must not exist',
  );
  return addLiveOptions(addRecordingOptions(recorded))
    .addOption(printOption(['json', 'hex', 'text', 'none']))
    .option(
      '--framing <spec>',
      'print frames, not what was read at once: line, delim:0d0a, fixed:16, len:u16be@4+6, gap:5ms, slip, cobs, startend:02..03, proto:NAME',
      framingArgument,
    )
    .option(
      '--expect <pattern>',
      'end with 0 when it was received, with 1 when not: hex:01 03 ??, text:OK or /regex/i',
      patternArgument,
    )
    .option('--count <n>', 'end after so many received chunks or datagrams', countArgument)
    .option('--idle <time>', 'end after so long a silence', timeArgument)
    .option(
      '--timeout <time>',
      'fail when not done by then (exit 4; 1 with --expect)',
      timeArgument,
    )
    .option('--duration <time>', 'end so long after opening', timeArgument)
    .option('--trace', 'tell the socket calls at the end (--print json: as "calls" of stats lines)')
    .option('--quiet', 'no states on standard error, only errors and losses');
}

/** For `Session`. */
export async function sessionOptions(options: SharedOptions, address: Address) {
  const { expect, count, idle, timeout, duration } = options;
  const charset = await charsetOf(options);
  const watched = withAlarm(address, options.alarm);
  return {
    charset,
    address: withRecording(watched, options, options.record ?? null),
    live: await liveShown(options),
    record: options.record ?? null,
    print: options.print,
    quiet: options.quiet ?? false,
    trace: options.trace ?? false,
    frames: await framesOf(options, address.kind.endsWith('-listen')),
    ...(expect === undefined ? {} : { expect: patternIn(expect, charset) }),
    ...(count === undefined ? {} : { count }),
    ...(idle === undefined ? {} : { idleMs: idle }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(duration === undefined ? {} : { durationMs: duration }),
  };
}
