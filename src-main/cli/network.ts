import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { NetworkInterface, PortHolder, RoutePath } from '../../src-shared/contract/network';
import type { ResultOf } from '../../src-shared/contract/engine';
import { toCommandError } from '../engine/command-error';
import { Engine } from '../engine/engine';
import { endpointText } from '../engine/sockets/endpoint';
import { jsonLine } from '../engine/export/json-line';
import { explain } from './error-text';
import type { ExitCode } from './exit';
import { CliError, EXIT } from './exit';
import { nameLines, neighboursReason } from './name-lines';
import { terminal } from './process';

interface NetworkOptions {
  print?: 'json' | 'text';
  tcp?: true;
  udp?: true;
}

const EXAMPLES = `Examples:
  wirebench network
  wirebench network route 192.168.1.50
  wirebench network port 9000 --udp --print json
  wirebench network name 192.168.1.50
  wirebench network neighbours
`;

/** Without a default: that of `network` would be taken for what is said of the command under it. */
function printing(): Option {
  return new Option('--print <mode>', 'what standard output shows (default: "text")').choices([
    'json',
    'text',
  ]);
}

/** `wirebench network`, and what stands under it. */
export function addNetwork(program: Command, finish: (code: ExitCode) => void): void {
  const command = program
    .command('network')
    .description(
      'the interfaces of this computer, the way to a host, who has a port, and who is near',
    )
    .addHelpText('before', EXAMPLES)
    .addOption(printing())
    .allowExcessArguments()
    .action(async (options: NetworkOptions, own: Command) => {
      const [unknown] = own.args;
      if (unknown !== undefined)
        throw new CliError(EXIT.usage, `There is no "network ${unknown}".`, [
          `There are ${own.commands.map((one) => one.name()).join(', ')}.`,
        ]);
      const { interfaces } = await ask((engine) => engine.command('network', {}));
      for (const one of interfaces) print(options, one, interfaceLines(one));
      finish(EXIT.done);
    });
  command
    .command('route')
    .description('which of our addresses and interfaces a packet to a host would use; sends none')
    .argument('<host>', 'a name or an IP address')
    .addOption(printing())
    .action(async (host: string, _options: unknown, own: Command) => {
      finish(await route(host, own.optsWithGlobals()));
    });
  command
    .command('port')
    .description('which program has a local port, where the system tells')
    .argument('<port>', '1 to 65535', portArgument)
    .option('--tcp', 'only TCP')
    .addOption(new Option('--udp', 'only UDP').conflicts('tcp'))
    .addOption(printing())
    .action(async (port: number, _options: unknown, own: Command) => {
      finish(await owners(port, own.optsWithGlobals()));
    });
  addPeople(command, finish);
}

/** Who an address belongs to, and who else is on our links. */
function addPeople(command: Command, finish: (code: ExitCode) => void): void {
  command
    .command('name')
    .description('what the system calls an IP address, and its MAC if it is on our link')
    .argument('<address>', 'an IP address')
    .addOption(printing())
    .action(async (address: string, _options: unknown, own: Command) => {
      finish(await nameOf(address, own.optsWithGlobals()));
    });
  command
    .command('neighbours')
    .alias('neighbors')
    .description('the addresses and MACs that were seen on our links (ARP, NDP); sends nothing')
    .addOption(printing())
    .action(async (_options: unknown, own: Command) => {
      finish(await listNeighbours(own.optsWithGlobals()));
    });
}

async function nameOf(address: string, options: NetworkOptions): Promise<ExitCode> {
  try {
    const known = await ask((engine) => engine.command('peerNames', { address }));
    print(options, { address, ...known }, [address, ...nameLines(known)]);
    return EXIT.done;
  } catch (thrown) {
    const { code, message } = toCommandError(thrown);
    if (code === 'ERR_BAD_ADDRESS') throw new CliError(EXIT.usage, `${message}.`, []);
    throw thrown;
  }
}

async function listNeighbours(options: NetworkOptions): Promise<ExitCode> {
  const { neighbours, reason } = await ask((engine) => engine.command('neighbours', {}));
  for (const one of neighbours) {
    const { address, mac, interface: on } = one;
    print(options, one, [`${address}  ${mac ?? 'no answer'}${on === null ? '' : `  ${on}`}`]);
  }
  const why = neighboursReason(reason);
  if (why !== null) terminal.tell(`wirebench: ${why}`);
  return EXIT.done;
}

function portArgument(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 1 to 65535.');
  return port;
}

async function ask<Result>(question: (engine: Engine) => Promise<Result>): Promise<Result> {
  const engine = new Engine();
  try {
    return await question(engine);
  } finally {
    await engine.close();
  }
}

function print(options: NetworkOptions, object: object, lines: readonly string[]): void {
  if (options.print === 'json') terminal.output.line(jsonLine(object));
  else for (const line of lines) terminal.output.line(line);
}

function interfaceLines({ name, mac, loopback, up, addresses }: NetworkInterface): string[] {
  const state = up ? 'up' : 'down';
  const link = loopback ? 'loopback' : mac;
  return [
    `${name}  ${state}  ${link}`,
    ...addresses.map(({ address, prefixBits, netmask, broadcast, scope }) => {
      const mask = address.includes(':') ? '' : `  netmask ${netmask}`;
      const everyone = broadcast === null ? '' : `  broadcast ${broadcast}`;
      return `  ${address}/${prefixBits}${mask}${everyone}${scope === 'link' ? '  this link only' : ''}`;
    }),
  ];
}

async function route(host: string, options: NetworkOptions): Promise<ExitCode> {
  const { paths, error } = await ask((engine) => engine.command('route', { host }));
  for (const path of paths) print(options, { host, ...path }, pathLines(path));
  if (!error) return paths.some(({ source }) => source !== null) ? EXIT.done : EXIT.network;
  if (options.print === 'json') terminal.output.line(jsonLine({ host, error }));
  const { sentence, next } = explain(error, { doing: 'connect', subject: host, host });
  for (const line of [`wirebench: ${sentence}`, ...next.map((one) => `  ${one}`)])
    terminal.tell(line);
  return EXIT.network;
}

function pathLines({ address, source, interface: through, via, ...rest }: RoutePath): string[] {
  const { gateway, error, mismatch } = rest;
  const from = `from ${source ?? '?'}${through === null ? '' : ` on ${through}`}`;
  return [
    `${address}  ${error ? `no way: ${error.message}` : `${from}, ${viaText(via, gateway)}`}`,
    ...(mismatch
      ? [
          `  It is in none of our networks; nearest is ${mismatch.address}/${mismatch.prefixBits} on ${mismatch.interface}.`,
          '  If it should be on the same network, its address or netmask or ours is wrong.',
        ]
      : []),
  ];
}

function viaText(via: RoutePath['via'], gateway: string | null): string {
  switch (via) {
    case 'local':
      return 'this computer itself';
    case 'link':
      return 'on the same network';
    case 'router':
      return `through the router${gateway === null ? '' : ` ${gateway}`}`;
    case null:
      return 'by an unknown way';
    default:
      return via satisfies never;
  }
}

async function owners(port: number, options: NetworkOptions): Promise<ExitCode> {
  const protocols = (['tcp', 'udp'] as const).filter((one) =>
    one === 'tcp' ? !options.udp : !options.tcp,
  );
  for (const protocol of protocols) {
    const found = await ask((engine) => engine.command('portOwner', { protocol, port }));
    print(options, { protocol, port, ...found }, ownerLines(protocol, port, found));
  }
  return EXIT.done;
}

function ownerLines(
  protocol: string,
  port: number,
  { holders, reason }: ResultOf<'portOwner'>,
): string[] {
  const what = `${protocol} ${port}`;
  if (holders.length > 0) return holders.map((holder) => `${what}  ${holderText(holder, reason)}`);
  return [`${what}  ${reason === null ? 'nobody has it' : 'this system does not tell'}`];
}

function holderText(
  { local, pid, name, user }: PortHolder,
  reason: ResultOf<'portOwner'>['reason'],
): string {
  const where = endpointText(local);
  if (pid !== null) return `${where}  ${name ?? '?'} (pid ${pid}, user ${user ?? '?'})`;
  if (reason === 'no-process') return `${where}  no process: just closed, or the system's own`;
  return `${where}  a process of user ${user ?? '?'}, which the system does not name to us`;
}
