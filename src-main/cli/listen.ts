import type { Command } from 'commander';
import { BEHAVIOURS } from '../../src-shared/contract/behaviour';
import type { SharedOptions } from './shared-options';
import { WAITS, addressArgument } from './arguments';
import { addSharedOptions, sessionOptions } from './shared-options';
import type { BehaviourOptions } from './behaviour-options';
import { addBehaviourOptions, withBehaviour } from './behaviour-options';
import type { RulesOptions } from './rules-option';
import { addRulesOption, rulesFor } from './rules-option';
import { charsetOf } from './encoding';
import type { ExitCode } from './exit';
import { withSession } from './process';

type ListenOptions = SharedOptions & BehaviourOptions & RulesOptions;

const EXAMPLES = `Examples:
  wirebench listen tcp-listen:9000 --record session.pcapng
  wirebench listen udp-listen:0.0.0.0:5000,rcvbuf=8MiB --print json
  wirebench listen 9000 --echo --duration 10s
  wirebench listen 9000 --filter 'dir:rx and /ERR|FAIL/i' --record all.pcapng
  wirebench listen 9000 --rules device.rules.json
  wirebench listen 8080 --http
  wirebench listen udp-listen:9000 --reply 'OK\\r\\n'
  wirebench listen unix-listen:/tmp/device.sock,mode=666 --echo
  wirebench listen tcp-listen:9000 --expect 'hex:01 03 ?? ??' --timeout 30s
`;

/** `wirebench listen ADDR`. */
export function addListen(program: Command, finish: (code: ExitCode) => void): void {
  const command = program
    .command('listen')
    .description('wait for others on TCP, TLS, UDP or a local socket; record and print what passes')
    .argument(
      '<address>',
      'tcp-listen:[BIND:]PORT, tls-listen:…, udp-listen:…, udp-mcast:GROUP:PORT, unix-listen:PATH',
    )
    .addHelpText('before', EXAMPLES);
  addRulesOption(addBehaviourOptions(addSharedOptions(command)), BEHAVIOURS).action(
    async (text: string, options: ListenOptions) => {
      const address = withBehaviour(
        addressArgument(text, WAITS, 'listen', 'connect'),
        options,
        await charsetOf(options),
      );
      finish(
        await withSession({
          ...(await sessionOptions(options, address)),
          ...(await rulesFor(address, options)),
          endWithPeer: false,
        }),
      );
    },
  );
}
