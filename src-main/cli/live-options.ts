import type { Command } from 'commander';
import { Option } from 'commander';
import type { Address } from '../../src-shared/address/address';
import type { StatisticsOptions } from '../../src-shared/contract/statistics';
import { USUAL_ANSWER_TIMEOUT_MS } from '../../src-shared/contract/statistics-words';
import type { NamedRule } from '../../src-shared/filter/rules';
import { formatFraming } from '../../src-shared/framing/framing';
import type { Framing } from '../../src-shared/framing/framing';
import { filterArgument } from './arguments';
import type { DecodingOptions } from './decoding';
import type { EncodingOptions } from './encoding';
import { CliError, EXIT } from './exit';
import { highlightArgument } from './highlights';
import type { PrintMode } from './lines';
import { timeArgument } from './quantities';
import type { Shown } from './shown';
import { shownBy } from './shown';

/** What is looked at in a live session, as commander parsed it. */
export interface LiveOptions extends DecodingOptions, EncodingOptions {
  filter?: string;
  highlight?: readonly NamedRule[];
  stats?: true;
  alarm?: number;
  displayFilter?: string;
  framing?: Framing;
  print: PrintMode;
}

/** What is shown of a live session by way of its capture. */
export interface LiveShown extends Shown {
  print: PrintMode;
  /** Rows come from the capture; else only sums are made of it. */
  printsRows: boolean;
  /** Of `--stats`. */
  statistics: StatisticsOptions | null;
}

/** Adds what `LiveOptions` has besides framing, decoder, encoding and print mode. */
export function addLiveOptions(command: Command): Command {
  return command
    .option(
      '--filter <filter>',
      'print only rows that pass, such as "dir:rx and len>64 and hex:01 03"; all are recorded',
      filterArgument,
    )
    .option(
      '--highlight <name=filter>',
      'a rule: rows that are printed tell that they pass, and rule:NAME in --filter means it; repeatable',
      highlightArgument,
    )
    .option('--stats', 'at the end, how many messages, how big and how far apart')
    .option(
      '--alarm <time>',
      'tell when nothing passed for so long (as the option idle-timeout of the address)',
      timeArgument,
    )
    .addOption(new Option('--display-filter <expr>').hideHelp());
}

/**
 * What captures take and a live session does not: Wireshark's engine keeps more of each packet than the packet,
 * until it has read the last, and a session has no last.
 */
function refuseDisplayFilter(): never {
  throw new CliError(
    EXIT.usage,
    "Wireshark's display filter is for captures, not for what passes now.",
    [
      'Its program keeps something of every packet until it ends, and a session may last for days.',
      'Use --filter, which knows what decoders find too: decode.modbus.function_code==3.',
      'Or give --record FILE, and as often as you like: wirebench capture rows FILE --display-filter …',
    ],
  );
}

/** Null: all is printed as it passes. Throws the `CliError` that says why not. */
export async function liveShown(options: LiveOptions): Promise<LiveShown | null> {
  const { filter, highlight, stats, framing, print, encoding } = options;
  if (options.displayFilter !== undefined) refuseDisplayFilter();
  const printsRows = filter !== undefined || highlight !== undefined;
  if (!printsRows && !stats) return null;
  if (printsRows && print === 'none' && !stats)
    throw new CliError(EXIT.usage, 'With --print none there is nothing to filter or highlight.', [
      'Leave --print none out, or add --stats: what passes the filter is added up.',
    ]);
  const { decode, layout, proto } = options;
  const shown = await shownBy({
    ...(filter === undefined ? {} : { filter }),
    ...(highlight === undefined ? {} : { highlight }),
    ...(framing === undefined ? {} : { framing: formatFraming(framing) }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(decode === undefined ? {} : { decode }),
    ...(layout === undefined ? {} : { layout }),
    ...(proto === undefined ? {} : { proto }),
  });
  const sums = { pairing: null, timeoutMs: USUAL_ANSWER_TIMEOUT_MS, bucketMs: null };
  return { ...shown, print, printsRows, statistics: stats ? sums : null };
}

/** The address with `--alarm`. Throws when it says itself what silence does. */
export function withAlarm(address: Address, alarm: number | undefined): Address {
  if (alarm === undefined) return address;
  const { options } = address;
  if (options.idleTimeoutMs !== undefined || options.idleAction !== undefined)
    throw new CliError(EXIT.usage, 'The address has idle-timeout or idle-action already.', [
      'Leave --alarm out, or those two options of the address.',
    ]);
  return { ...address, options: { ...options, idleTimeoutMs: alarm, idleAction: 'warn' } };
}
