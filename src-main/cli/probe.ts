import type { Command } from 'commander';
import { formatAddress } from '../../src-shared/address/address';
import { Engine } from '../engine/engine';
import { endpointText } from '../engine/sockets/endpoint';
import { isoOfMs, jsonLine } from '../engine/export/json-line';
import { addressArgument, printOption, timeArgument } from './arguments';
import { aboutAddress } from './error-about';
import { explain } from './error-text';
import type { ExitCode } from './exit';
import { EXIT } from './exit';
import type { PrintMode } from './lines';
import { safeText } from './lines';
import { terminal } from './process';

interface ProbeOptions {
  print: PrintMode;
  timeout?: number;
  quiet?: true;
}

const EXAMPLES = `Examples:
  wirebench probe tcp:192.168.1.50:502
  wirebench probe tcp:192.168.1.50:502 --timeout 500ms --print json
  wirebench probe unix:/run/device.sock
`;

/** `wirebench probe ADDR`. */
export function addProbe(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('probe')
    .description('one connect attempt: the error name and number, and the time taken')
    .argument('<address>', 'tcp:HOST:PORT or unix:PATH')
    .addHelpText('before', EXAMPLES)
    .addOption(printOption(['json', 'text', 'none']))
    .option('--timeout <time>', 'how long to wait for an answer (default 10s)', timeArgument)
    .option('--quiet', 'no explanation on standard error')
    .action(async (text: string, options: ProbeOptions) => {
      finish(await probe(text, options));
    });
}

async function probe(text: string, { print, timeout, quiet }: ProbeOptions): Promise<ExitCode> {
  const address = addressArgument(text, ['tcp', 'unix', 'pipe'], 'probe', 'listen');
  if (timeout !== undefined) address.options.connectTimeoutMs = timeout;
  const plain = formatAddress({ ...address, options: {} });
  const shown = address.path ?? plain.replace(/^tcp[46]?:/, '');
  const engine = new Engine();
  const startedAt = performance.timeOrigin + performance.now();
  const { ms, error, remote } = await engine.command('probe', { address: formatAddress(address) });
  await engine.close();
  const where = remote ? endpointText(remote) : shown;
  if (print === 'json')
    terminal.output.line(
      jsonLine({
        event: error ? 'closed' : 'open',
        socket: '1',
        at: isoOfMs(startedAt + ms),
        kind: address.path === null ? 'tcp-connection' : 'local-connection',
        remote: remote ? where : null,
        ...(address.path === null ? {} : { path: address.path }),
        ms,
        ...(error ? { error } : {}),
      }),
    );
  else if (print === 'text') {
    const errno = error?.errno === undefined ? '' : ` (errno ${error.errno})`;
    terminal.output.line(
      `${error ? `${error.code}${errno}` : 'connected'} ${where} ${ms.toFixed(3)} ms`,
    );
  }
  if (!error) return EXIT.done;
  if (!quiet) {
    const { sentence, next } = explain(error, aboutAddress(address, 'connect'));
    for (const line of [`wirebench: ${sentence}`, ...next.map((one) => `  ${one}`)])
      terminal.tell(safeText(line));
  }
  return error.code === 'ETIMEDOUT' ? EXIT.timeout : EXIT.network;
}
