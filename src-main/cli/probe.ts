import type { Command } from 'commander';
import { formatAddress } from '../../src-shared/address/address';
import type { Probed } from '../../src-shared/contract/probe';
import type { SocketError } from '../../src-shared/contract/socket';
import type { StapledStatus, TlsDetails } from '../../src-shared/contract/tls';
import { Engine } from '../engine/engine';
import { endpointText } from '../engine/sockets/endpoint';
import { isoOfMs, jsonLine } from '../engine/export/json-line';
import { addressArgument, printOption } from './arguments';
import { timeArgument } from './quantities';
import { aboutAddress } from './error-about';
import { explain } from './error-text';
import type { ExitCode } from './exit';
import { EXIT } from './exit';
import type { PrintMode } from './lines';
import { tlsText } from './printer';
import { terminal } from './process';
import { certificateLines } from './tls-error-text';

interface ProbeOptions {
  print: PrintMode;
  timeout?: number;
  quiet?: true;
}

const EXAMPLES = `Examples:
  wirebench probe tcp:192.168.1.50:502
  wirebench probe tcp:192.168.1.50:502 --timeout 500ms --print json
  wirebench probe tls:device.local:8883,ca=ca.pem
  wirebench probe unix:/run/device.sock
`;

/** `wirebench probe ADDR`. */
export function addProbe(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('probe')
    .description('one connect attempt, with tls: its handshake too: the error, and the time taken')
    .argument('<address>', 'tcp:HOST:PORT, tls:HOST:PORT or unix:PATH')
    .addHelpText('before', EXAMPLES)
    .addOption(printOption(['json', 'text', 'none']))
    .option('--timeout <time>', 'how long to wait for an answer (default 10s)', timeArgument)
    .option('--quiet', 'no explanation on standard error')
    .action(async (text: string, options: ProbeOptions) => {
      finish(await probe(text, options));
    });
}

async function probe(text: string, { print, timeout, quiet }: ProbeOptions): Promise<ExitCode> {
  const address = addressArgument(text, ['tcp', 'tls', 'unix', 'pipe'], 'probe', 'listen');
  if (timeout !== undefined) address.options.connectTimeoutMs = timeout;
  const plain = formatAddress({ ...address, options: {} });
  const shown = address.path ?? plain.replace(/^(?:tcp|tls)[46]?:/, '');
  const engine = new Engine();
  const startedAt = performance.timeOrigin + performance.now();
  const probed = await engine.command('probe', { address: formatAddress(address) });
  const { ms, error, remote, resolveMs, attempts, tls } = probed;
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
        ...(resolveMs === null ? {} : { resolveMs }),
        ...(attempts.length === 0 ? {} : { attempts }),
        ...(tls ? { tls } : {}),
        ...(error ? { error } : {}),
      }),
    );
  else if (print === 'text') {
    // Connected it was, when only the handshake failed.
    const outcome = error && !tls ? errorText(error) : 'connected';
    terminal.output.line(`${outcome} ${where} ${ms.toFixed(3)} ms`);
    if (tls) terminal.output.line(handshakeText(tls, error));
    if (tls?.stapled !== undefined) terminal.output.line(stapledText(tls.stapled));
    for (const line of triedLines(probed)) terminal.output.line(line);
  }
  if (!error) return EXIT.done;
  if (!quiet) {
    const { sentence, next } = explain(error, aboutAddress(address, 'connect'));
    const shown = error.syscall === 'verify' && tls?.peer[0] ? certificateLines(tls.peer[0]) : [];
    for (const line of [`wirebench: ${sentence}`, ...[...next, ...shown].map((one) => `  ${one}`)])
      terminal.tell(line);
  }
  return error.code === 'ETIMEDOUT' || error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT'
    ? EXIT.timeout
    : EXIT.network;
}

/** The addresses of a name that has several, and what came of each. */
function triedLines({ attempts }: Probed): string[] {
  if (attempts.length < 2) return [];
  return attempts.map(({ host, port, ms, error }) => {
    const outcome = error === null ? 'connected' : errorText(error);
    return `  tried ${endpointText({ host, port })}: ${outcome}, ${ms.toFixed(3)} ms`;
  });
}

/** Of `ocsp`: `stapled good from 2026-01-31T10:00:00Z, verified`. */
function stapledText(stapled: StapledStatus | null): string {
  if (stapled === null) return 'stapled nothing';
  const { status, thisUpdate, problem } = stapled;
  const from = thisUpdate === null ? '' : ` from ${isoOfMs(thisUpdate).slice(0, 19)}Z`;
  const why = problem === null ? '' : ` (${STAPLED_PROBLEMS[problem]})`;
  return `stapled ${status}${from}, ${problem === null ? 'verified' : 'NOT VERIFIED'}${why}`;
}

const STAPLED_PROBLEMS: Readonly<Record<NonNullable<StapledStatus['problem']>, string>> = {
  unreadable: 'it is no OCSP response',
  'no-issuer': 'the issuer of the certificate is not known here',
  'other-certificate': 'it is about another certificate',
  stranger: 'nobody signed it whom the issuer lets answer',
  signature: 'its signature is wrong',
  algorithm: 'it is signed in a way that proves nothing, such as SHA-1, or is not known',
  early: 'its time has not come',
  expired: 'it is out of date',
};

/** `ECONNREFUSED (errno -111)`. */
function errorText({ code, errno }: SocketError): string {
  return errno === undefined ? code : `${code} (errno ${errno})`;
}

/** `handshake TLSv1.3 TLS_AES_256_GCM_SHA384, verified, 4.512 ms`. */
function handshakeText(tls: TlsDetails, error: SocketError | null): string {
  const took = tls.handshakeMs === null ? '' : `, ${tls.handshakeMs.toFixed(3)} ms`;
  if (tls.protocol === null) return `handshake failed: ${error?.code ?? ''}`;
  const verified = tls.trustedBy === 'chain' ? ', verified' : '';
  return `handshake ${tlsText(tls)}${verified}${took}`;
}
