import type { Command } from 'commander';
import { parseAddress, relayingTo, type Address } from '../../src-shared/address/address';
import { WAITS, addressArgument, wrongAddress } from './arguments';
import { addSharedOptions, sessionOptions } from './shared-options';
import type { SharedOptions } from './shared-options';
import { CliError, EXIT } from './exit';
import type { ExitCode } from './exit';
import { withSession } from './process';

const EXAMPLES = `Examples:
  wirebench relay tcp-listen:5020 tcp:192.168.1.50:502 --record both-sides.pcapng
  wirebench relay tls-listen:8883,cert=cert.pem,key=key.pem tcp:127.0.0.1:1883
  wirebench relay tcp-listen:8080 tls:device.local:443 --print hex
  wirebench relay unix-listen:/tmp/device.sock tcp:192.168.1.50:23
  wirebench relay udp-listen:5000,relay-idle=5m udp:192.168.1.50:5000
`;

const AFTER = `
Each client gets a connection to the target of its own; each peer of UDP a socket of its own, which is
closed when nothing passed for relay-idle (60s). Both sides are recorded in one capture.
What passes is printed as it is received and as it is sent on, with the address of that side.`;

/** `wirebench relay LISTEN-ADDR TARGET-ADDR`. */
export function addRelay(program: Command, finish: (code: ExitCode) => void): void {
  const command = program
    .command('relay')
    .description('pass everything between those who connect and a target; record both sides')
    .argument(
      '<listen-address>',
      'tcp-listen:[BIND:]PORT, tls-listen:…, unix-listen:…, udp-listen:…',
    )
    .argument('<target-address>', 'tcp:HOST:PORT, tls:HOST:PORT, unix:PATH; for udp-listen: udp:…')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER);
  addSharedOptions(command).action(
    async (listen: string, target: string, options: SharedOptions) => {
      const address = relayAddress(addressArgument(listen, WAITS, 'relay', 'connect'), target);
      finish(
        await withSession({ ...(await sessionOptions(options, address)), endWithPeer: false }),
      );
    },
  );
}

/** The listener with its target, which must be of a kind that it can relay to. */
function relayAddress(address: Address, target: string): Address {
  const { options } = address;
  if (options.behave !== undefined)
    throw new CliError(EXIT.usage, `A relay does not answer by itself: behave=${options.behave}.`, [
      'Leave behave= and relay-to= out of the first address; the second one is the target.',
    ]);
  const parsed = parseAddress(target);
  if (!parsed.ok) throw wrongAddress(target, parsed.error);
  const relay = relayingTo(address, target);
  if (relay.ok) return relay.address;
  throw new CliError(EXIT.usage, relay.error.message);
}
