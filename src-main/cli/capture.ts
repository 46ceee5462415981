import type { Command } from 'commander';
import type { DecoderName } from '../../src-shared/decode/names';
import { decodeOption, filterArgument, framingArgument, printOption } from './arguments';
import { captureInfo } from './capture-info';
import { captureRecover } from './capture-recover';
import { captureRows } from './capture-rows';
import type { ExitCode } from './exit';
import type { PrintMode } from './lines';

interface RowsOptions {
  print: PrintMode;
  filter?: string;
  framing?: string;
  decode?: DecoderName;
}

/** As it was written, when it is understood. */
function specOf(text: string): string {
  framingArgument(text);
  return text;
}

const EXAMPLES = `Examples:
  wirebench capture info session.pcapng
  wirebench capture rows session.pcapng --print json | jq -r 'select(.event == "data") .hex'
  wirebench capture rows session.pcapng --filter 'dir:rx and (len>64 or /error/i)'
  wirebench capture recover session.pcapng whole.pcapng
`;

/** `wirebench capture info|rows|recover FILE`. */
export function addCapture(program: Command, finish: (code: ExitCode) => void): void {
  const capture = program
    .command('capture')
    .description('look into a capture file, pcapng or pcap, whatever its size')
    .addHelpText('before', EXAMPLES);
  capture
    .command('info')
    .description('what is in it: flows, rows, bytes, times, losses, damage')
    .argument('<file>')
    .addOption(printOption(['json', 'text']))
    .action(async (file: string, { print }: { print: PrintMode }) => {
      finish(await captureInfo(file, print));
    });
  capture
    .command('rows')
    .description('one line a chunk, datagram or state')
    .argument('<file>')
    .option(
      '--filter <filter>',
      'only rows that pass, such as "dir:rx and len>64 and hex:01 03"',
      filterArgument,
    )
    .option('--framing <spec>', 'frames instead of chunks, such as line or len:u16be@4+6', specOf)
    .addOption(decodeOption())
    .addOption(printOption(['json', 'hex', 'text']))
    .action(async (file: string, options: RowsOptions) => {
      const { print, filter, decode } = options;
      // A decoder alone: the messages of its protocol.
      const framing = options.framing ?? (decode && `proto:${decode}`);
      const shape = { ...(filter ? { filter } : {}), ...(framing ? { framing } : {}) };
      finish(await captureRows(file, { print, shape, decoder: decode ?? null }));
    });
  capture
    .command('recover')
    .description('make a capture clean that a crash has cut: in place, or into a new file')
    .argument('<file>')
    .argument('[out]', 'must not exist')
    .addOption(printOption(['json', 'text']))
    .action(async (file: string, out: string | undefined, { print }: { print: PrintMode }) => {
      finish(await captureRecover(file, out ?? null, print));
    });
}
