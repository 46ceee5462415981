import type { Command } from 'commander';
import { formatAddress, type Address } from '../../src-shared/address/address';
import { DIALS } from '../../src-shared/address/kinds';
import { MAX_TARGETS, parseTargets } from '../../src-shared/address/targets';
import { Engine } from '../engine/engine';
import { printOption, wrongAddress, wrongKind } from './arguments';
import { timeArgument } from './quantities';
import { aboutAddress } from './error-about';
import { explain } from './error-text';
import type { ExitCode } from './exit';
import { CliError, EXIT } from './exit';
import type { PrintMode } from './lines';
import { exitOf } from './outcome';
import { furtherLines, namesFor, probedJson, probedLine } from './probe-lines';
import { terminal } from './process';
import { sweep } from './sweep';
import { certificateLines } from './tls-error-text';

interface ProbeOptions {
  print: PrintMode;
  timeout?: number;
  open?: true;
  names?: true;
  quiet?: true;
}

const EXAMPLES = `Examples:
  wirebench probe tcp:192.168.1.50:502
  wirebench probe tcp:192.168.1.50:502 --timeout 500ms --print json
  wirebench probe tcp:192.168.1.50:22,80,8000-8010 --open
  wirebench probe tcp:192.168.1.50:502 tcp:192.168.1.51:502
  wirebench probe tcp:192.168.1.0/24:502 --open --names
  wirebench probe tls:device.local:8883,ca=ca.pem
  wirebench probe unix:/run/device.sock
`;

/** Said of a list, so that its codes need no table. */
const AFTER = `
Several addresses, a network (192.168.1.0/24) or range of them (192.168.1.10-20), or ports as
a list (22,80,8000-8010), are tried up to 64 at a time, each for 2s, and told in the order in
which they end; Ctrl+C ends with what was done so far. Exit code: 0 all connected, 4 all that
did not ran out of time, 3 otherwise, 130 interrupted.`;

/** `wirebench probe ADDR…`. */
export function addProbe(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('probe')
    .description('one connect attempt, with tls: its handshake too: the error, and the time taken')
    .argument(
      '<address...>',
      'tcp:HOST:PORT, tls:HOST:PORT or unix:PATH; PORT a list, HOST a network',
    )
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .addOption(printOption(['json', 'text', 'none']))
    .option(
      '--timeout <time>',
      'how long to wait for an answer (default 10s; 2s of a list)',
      timeArgument,
    )
    .option('--open', 'of a list: print only those that were connected')
    .option('--names', 'of those that were connected: what the system calls them, and their MAC')
    .option('--quiet', 'no explanation on standard error')
    .action(async (texts: string[], options: ProbeOptions) => {
      const targets = texts.flatMap((text) => targetsArgument(text));
      if (targets.length > MAX_TARGETS)
        throw new CliError(
          EXIT.usage,
          `These are ${targets.length} attempts, and one sweep may have ${MAX_TARGETS}.`,
          ['Give fewer ports or addresses, and probe the others after it.'],
        );
      const { timeout } = options;
      if (timeout !== undefined)
        for (const target of targets)
          target.options = { ...target.options, connectTimeoutMs: timeout };
      const [only] = targets;
      finish(await (only && targets.length === 1 ? probe(only, options) : sweep(targets, options)));
    });
}

function targetsArgument(text: string): Address[] {
  const parsed = parseTargets(text);
  if (!parsed.ok) throw wrongAddress(text, parsed.error);
  for (const { kind } of parsed.targets)
    if (!DIALS.includes(kind)) throw wrongKind(text, kind, DIALS, 'probe', 'listen');
  return parsed.targets;
}

async function probe(address: Address, { print, names, quiet }: ProbeOptions): Promise<ExitCode> {
  const engine = new Engine();
  const startedAt = performance.timeOrigin + performance.now();
  const probed = await engine.command('probe', { address: formatAddress(address) });
  const endedAt = startedAt + probed.ms;
  const known = names ? await namesFor(engine, probed) : null;
  await engine.close();
  const tried = { number: 1, address, endedAt, probed, known };
  if (print === 'json') terminal.output.line(probedJson(tried, false));
  else if (print === 'text') {
    terminal.output.line(probedLine(tried));
    for (const line of furtherLines(tried)) terminal.output.line(line);
  }
  const { error, tls } = probed;
  if (!error) return EXIT.done;
  if (!quiet) {
    const { sentence, next } = explain(error, aboutAddress(address, 'connect'));
    const shown = error.syscall === 'verify' && tls?.peer[0] ? certificateLines(tls.peer[0]) : [];
    for (const line of [`wirebench: ${sentence}`, ...[...next, ...shown].map((one) => `  ${one}`)])
      terminal.tell(line);
  }
  return exitOf(error);
}
