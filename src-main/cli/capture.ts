import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { EXPORT_FORMATS } from '../../src-shared/contract/export-formats';
import type { ExportFormat } from '../../src-shared/contract/export-formats';
import type { Asks } from '../../src-shared/contract/statistics';
import { USUAL_ANSWER_TIMEOUT_MS } from '../../src-shared/contract/statistics-words';
import { filtersIn } from '../../src-shared/statistics/pairing-rule';
import { filterArgument, printOption } from './arguments';
import { timeArgument } from './quantities';
import { captureFiles, filesAnd } from './capture-files';
import { captureConvert } from './capture-convert';
import { captureInfo } from './capture-info';
import { addMarks } from './capture-marks';
import { captureRecover } from './capture-recover';
import { captureRows } from './capture-rows';
import { captureSearch } from './capture-search';
import { addSplit } from './capture-split';
import { captureStats } from './capture-stats';
import { asksOption, pairingArgument } from './pairing-option';
import type { ExitCode } from './exit';
import { CliError, EXIT } from './exit';
import type { PrintMode } from './lines';
import type { ShapeOptions } from './shape-options';
import { addShapeOptions } from './shape-options';
import { shownBy } from './shown';

interface RowsOptions extends ShapeOptions {
  print: PrintMode;
  dissect?: true;
}

interface SearchOptions extends ShapeOptions {
  print: PrintMode;
  count?: boolean;
}

interface ConvertOptions extends ShapeOptions {
  to: ExportFormat;
  print: PrintMode;
}

interface StatsOptions extends ShapeOptions {
  pair?: string;
  asks: Asks;
  timeout: number;
  bucket?: number;
  print: PrintMode;
}

const EXAMPLES = `Examples:
  wirebench capture info session.pcapng
  wirebench capture rows session.pcapng --print json | jq -r 'select(.event == "data") .hex'
  wirebench capture rows session.pcapng --filter 'dir:rx and (len>64 or /error/i)'
  wirebench capture search session.pcapng '"error 17"' --count
  wirebench capture rows session.pcapng --encoding gbk --filter 'text:错误'
  wirebench capture stats session.pcapng --pair next --bucket 1s
  wirebench capture rows session.pcapng --display-filter 'tcp.analysis.flags' --dissect
  wirebench capture recover session.pcapng whole.pcapng
  wirebench capture convert session.pcapng rows.csv --to csv --filter 'dir:rx'
  wirebench capture rows --parts day.00001.pcapng
  wirebench capture mark session.pcapng 12 --note 'the alarm'
  wirebench capture compare session.pcapng 12 14
  wirebench capture split session.pcapng part.pcapng --split-size 100MB
`;

/** The last argument cannot be told from the files by commander. */
const SEARCHED =
  '\nThe last argument is what to look for: a word, "text", hex:01 03, /regex/i, or any filter.';
const WRITTEN = '\nThe last argument is the file to write, which must not exist.';

/** `wirebench capture info|rows|search|stats|recover|convert FILE`. */
export function addCapture(program: Command, finish: (code: ExitCode) => void): void {
  const capture = program
    .command('capture')
    .description('look into a capture file, pcapng or pcap, whatever its size')
    .addHelpText('before', EXAMPLES);
  addShapeOptions(
    capture
      .command('info')
      .description('what is in it: flows, rows, bytes, times, losses, damage, and how much passes')
      .argument('<files...>', 'the capture; several are read as one')
      .addOption(printOption(['json', 'text'])),
  ).action(async (given: string[], options: ShapeOptions & { print: PrintMode }) => {
    const files = captureFiles(given, options);
    const { shape } = await shownBy(options);
    finish(await captureInfo(files, { print: options.print, shape }));
  });
  addShapeOptions(
    capture
      .command('rows')
      .description('one line a chunk, datagram or state')
      .argument('<files...>', 'the capture; several are read as one')
      .option('--dissect', 'below each packet, all that Wireshark makes of it')
      .addOption(printOption(['json', 'hex', 'text'])),
  ).action(async (given: string[], options: RowsOptions) => {
    const { print, dissect = false } = options;
    const files = captureFiles(given, options);
    finish(await captureRows(files, { ...(await shownBy(options)), print, dissect }));
  });
  addSearch(capture, finish);
  addSplit(capture, finish);
  addConvert(capture, finish);
  addMarks(capture, finish);
  addStats(capture, finish);
  capture
    .command('recover')
    .description('make a capture clean that a crash has cut: in place, or into a new file')
    .argument('<file>', 'the capture')
    .argument('[out]', 'the new file, which must not exist; without it FILE itself is made clean')
    .addOption(printOption(['json', 'text']))
    .action(async (file: string, out: string | undefined, { print }: { print: PrintMode }) => {
      finish(await captureRecover(file, out ?? null, print));
    });
}

/** Not an argument of its own, as any number of files stand before it. */
function understoodFilter(text: string): string {
  try {
    return filterArgument(text);
  } catch (thrown) {
    if (!(thrown instanceof InvalidArgumentError)) throw thrown;
    const [message = '', ...place] = thrown.message.split('\n');
    throw new CliError(EXIT.usage, message, place);
  }
}

function addSearch(capture: Command, finish: (code: ExitCode) => void): void {
  addShapeOptions(
    capture
      .command('search')
      .description('the rows or frames in which something begins, also when it goes on in the next')
      .usage('[options] <files...> <pattern>')
      .argument('<files...>', 'the capture; several are read as one')
      .addHelpText('after', SEARCHED)
      .option('--count', 'only how many there are')
      .addOption(printOption(['json', 'hex', 'text'])),
  ).action(async (given: string[], options: SearchOptions) => {
    const { print, count = false } = options;
    const { files, last } = filesAnd(given, 'What to look for', options);
    const pattern = understoodFilter(last);
    const shown = await shownBy(options, [pattern]);
    const { others } = shown;
    finish(await captureSearch(files, others[0] ?? pattern, { ...shown, print, count }));
  });
}

function addStats(capture: Command, finish: (code: ExitCode) => void): void {
  addShapeOptions(
    capture
      .command('stats')
      .description('how many messages, how big, how far apart, and how long answers take')
      .argument('<files...>', 'the capture; several are read as one')
      .option(
        '--pair <rule>',
        'which answer belongs to which request: next, bytes:0..2 or REQUEST-FILTER => RESPONSE-FILTER',
      )
      .addOption(asksOption())
      .addOption(
        new Option(
          '--timeout <time>',
          'a request without an answer for so long counts as timed out',
        )
          .argParser(timeArgument)
          .default(USUAL_ANSWER_TIMEOUT_MS, `${USUAL_ANSWER_TIMEOUT_MS}ms`),
      )
      .option(
        '--bucket <time>',
        'print sums over stretches of so long, or of a multiple',
        timeArgument,
      )
      .addOption(printOption(['json', 'text'])),
  ).action(async (paths: string[], given: StatsOptions) => {
    const pairing = given.pair === undefined ? null : pairingArgument(given.pair, given.asks);
    const options = { pairing, timeoutMs: given.timeout, bucketMs: given.bucket ?? null };
    const shown = await shownBy(given, filtersIn(pairing));
    finish(
      await captureStats(captureFiles(paths, given), { ...shown, print: given.print, options }),
    );
  });
}

function addConvert(capture: Command, finish: (code: ExitCode) => void): void {
  const formats = new Option('--to <format>', 'what it becomes').choices(EXPORT_FORMATS);
  addShapeOptions(
    capture
      .command('convert')
      .description('write rows as pcapng, text2pcap hexdump, CSV, JSON lines or raw bytes')
      .usage('[options] <files...> <out>')
      .argument('<files...>', 'the capture; several are read as one')
      .addHelpText('after', WRITTEN)
      .addOption(formats.makeOptionMandatory())
      .addOption(printOption(['json', 'text'])),
  ).action(async (given: string[], options: ConvertOptions) => {
    const { to: format, print } = options;
    const { files, last: out } = filesAnd(given, 'The file to write', options);
    finish(await captureConvert(files, out, { ...(await shownBy(options)), format, print }));
  });
}
