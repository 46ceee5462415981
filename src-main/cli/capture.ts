import type { Command } from 'commander';
import { filterArgument, printOption } from './arguments';
import { captureInfo } from './capture-info';
import { captureRecover } from './capture-recover';
import { captureRows } from './capture-rows';
import type { ExitCode } from './exit';
import type { PrintMode } from './lines';

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
    .addOption(printOption(['json', 'hex', 'text']))
    .action(async (file: string, { print, filter }: { print: PrintMode; filter?: string }) => {
      finish(await captureRows(file, print, filter));
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
