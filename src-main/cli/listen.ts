import type { Command } from 'commander';
import { Option } from 'commander';
import type { SharedOptions } from './arguments';
import { WAITS, addSharedOptions, addressArgument, sessionOptions } from './arguments';
import type { ExitCode } from './exit';
import { withSession } from './process';

interface ListenOptions extends SharedOptions {
  echo?: true;
  discard?: true;
}

const EXAMPLES = `Examples:
  wirebench listen tcp-listen:9000 --record session.pcapng
  wirebench listen udp-listen:0.0.0.0:5000,rcvbuf=8MiB --print json
  wirebench listen 9000 --echo --duration 10s
  wirebench listen tcp-listen:9000 --expect 'hex:01 03 ?? ??' --timeout 30s
`;

/** `wirebench listen ADDR`. */
export function addListen(program: Command, finish: (code: ExitCode) => void): void {
  const command = program
    .command('listen')
    .description('open a TCP listener or a bound UDP socket; record and print what passes')
    .argument('<address>', 'tcp-listen:[BIND:]PORT or udp-listen:[BIND:]PORT, port 0 for any')
    .addHelpText('before', EXAMPLES);
  addSharedOptions(command)
    .addOption(new Option('--echo', 'send back what comes (RFC 862)'))
    .addOption(new Option('--discard', 'answer nothing (RFC 863); the default').conflicts('echo'))
    .action(async (text: string, options: ListenOptions) => {
      const address = addressArgument(text, WAITS, 'listen', 'connect');
      finish(
        await withSession({
          address,
          ...sessionOptions(options, address),
          echo: options.echo ?? false,
          endWithPeer: false,
        }),
      );
    });
}
