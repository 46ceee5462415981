import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { Address } from '../../src-shared/address/address';
import { parseAddress } from '../../src-shared/address/address';
import type { AddressKind } from '../../src-shared/address/kinds';
import { DIALS, LISTENERS } from '../../src-shared/address/kinds';
import { parseFilter } from '../../src-shared/filter/parse';
import type { Framing } from '../../src-shared/framing/framing';
import { parseFraming } from '../../src-shared/framing/framing';
import type { Pattern } from '../../src-shared/payload/pattern';
import { parsePattern } from '../../src-shared/payload/pattern';
import type { Charset } from '../../src-shared/encoding/charset';
import type { DecodingOptions } from './decoding';
import { addDecodingOptions, decodingOf } from './decoding';
import type { EncodingOptions } from './encoding';
import { addEncodingOption, charsetOf } from './encoding';
import { CliError, EXIT } from './exit';
import { countArgument, timeArgument } from './quantities';
import type { RecordingOptions } from './recording-options';
import { addRecordingOptions, withRecording } from './recording-options';
import type { FrameViewOptions } from './frame-view';
import type { PrintMode } from './lines';

/** What `listen` takes, and what `connect` takes. */
export const WAITS: readonly AddressKind[] = [...LISTENERS, 'udp-listen', 'udp-mcast'];
export const REACHES: readonly AddressKind[] = [...DIALS, 'udp'];

/** A pattern that is understood, as it was written: which bytes it means, the encoding says. */
function patternArgument(text: string): string {
  const parsed = parsePattern(text);
  if (parsed.ok) return text;
  throw new InvalidArgumentError(`${parsed.error.message}\n${pointAt(text, parsed.error.at)}`);
}

function patternIn(text: string, charset: Charset): Pattern {
  const parsed = parsePattern(text, charset);
  if (parsed.ok) return parsed.pattern;
  throw new CliError(EXIT.usage, `The pattern is wrong: ${parsed.error.message}.`);
}

/** A filter that is understood, as it was written. */
export function filterArgument(text: string): string {
  const parsed = parseFilter(text);
  // What a rule means is known only when all options are.
  if (parsed.ok || parsed.error.code === 'unknown-rule') return text;
  throw new InvalidArgumentError(`${parsed.error.message}\n${pointAt(text, parsed.error.at)}`);
}

export function framingArgument(text: string): Framing {
  const parsed = parseFraming(text);
  if (parsed.ok) return parsed.framing;
  throw new InvalidArgumentError(`${parsed.error.message}\n${pointAt(text, parsed.error.at)}`);
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

/** An address of one of these kinds; `otherVerb` is for the others. */
export function addressArgument(
  text: string,
  kinds: readonly AddressKind[],
  verb: string,
  otherVerb: string,
): Address {
  const parsed = parseAddress(text);
  if (!parsed.ok)
    throw new CliError(EXIT.usage, parsed.error.message, [pointAt(text, parsed.error.at)]);
  if (kinds.includes(parsed.address.kind)) return parsed.address;
  throw wrongKind(text, parsed.address.kind, kinds, verb, otherVerb);
}

/** An address that this verb does not take. */
export function wrongKind(
  text: string,
  kind: AddressKind,
  kinds: readonly AddressKind[],
  verb: string,
  otherVerb: string,
): CliError {
  return new CliError(
    EXIT.usage,
    `\`wirebench ${verb}\` takes ${listed(kinds)} addresses, not ${kind}.`,
    [`Use \`wirebench ${otherVerb} ${text}\`, or ${kinds[0] ?? ''}:…`],
  );
}

/** The text with a mark under the place; only a part of long or multi-line texts. */
export function pointAt(text: string, at: number): string {
  const start = Math.max(0, at - 40);
  const shown = text.slice(start, at + 30).replace(/[^\x20-\x7e]/g, '?');
  return `${shown}\n  ${' '.repeat(at - start)}^`;
}

/** What `listen` and `connect` share, as commander parsed it. */
export interface SharedOptions extends DecodingOptions, EncodingOptions, RecordingOptions {
  record?: string;
  print: PrintMode;
  framing?: Framing;
  quiet?: true;
  trace?: true;
  expect?: string;
  count?: number;
  idle?: number;
  timeout?: number;
  duration?: number;
}

export function printOption(modes: readonly PrintMode[]): Option {
  return new Option('--print <mode>', 'what standard output shows').choices(modes).default('text');
}

/** Adds the options of `SharedOptions`. */
export function addSharedOptions(command: Command): Command {
  const recorded = addEncodingOption(addDecodingOptions(command)).option(
    '--record <file>',
    'write a pcapng capture; the file must not exist',
  );
  return addRecordingOptions(recorded)
    .addOption(printOption(['json', 'hex', 'text', 'none']))
    .option(
      '--framing <spec>',
      'print frames, not what was read at once: line, delim:0d0a, fixed:16, len:u16be@4+6, gap:5ms, slip, cobs, startend:02..03, proto:NAME',
      framingArgument,
    )
    .option(
      '--expect <pattern>',
      'end with 0 when it was received, with 1 when not',
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
  return {
    charset,
    address: withRecording(address, options, options.record ?? null),
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

function listed(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), names.at(-1)].filter((part) => part !== '').join(' and ');
}
