import { nodeDatagrams } from './node-datagrams';
import { buffer, hint, object } from './node-lines';
import { nodeTlsOptions, nodeTlsCheck } from './node-tls';
import { notIn, type CodePlan, type CodeStep } from './plan';
import { commentText, scriptString } from './quote';

/** A script for Node 18 and later, without packages. */
export function nodeCode(plan: CodePlan, steps: readonly CodeStep[]): string {
  const udp = plan.transport === 'udp';
  const module = udp ? 'dgram' : plan.tls ? 'tls' : 'net';
  const files = plan.tls || plan.options.unlink === true || plan.options.mode !== undefined;
  const handled = [
    ...(['bind', 'sourcePort', 'backlog', 'connectTimeoutMs', 'idleTimeoutMs', 'join'] as const),
    ...(['sources', 'multicastInterface', 'unlink', 'mode', 'greeting', 'maxClients'] as const),
    ...(plan.tls ? TLS_OPTIONS : []),
  ];
  return [
    `// ${commentText(plan.text)}`,
    ...notIn(plan, handled).map((text) => `// Not in this script: ${commentText(text)}`),
    "'use strict';",
    ...(udp ? [] : ["const { once } = require('node:events');"]),
    `const ${module} = require('node:${module}');`,
    ...(files ? ["const fs = require('node:fs');"] : []),
    '',
    ...(udp ? nodeDatagrams(plan, steps) : stream(plan, steps, module)),
    '',
  ].join('\n');
}

const TLS_OPTIONS = [
  ...(['verify', 'fingerprints', 'servername', 'alpn', 'ca', 'cert', 'key', 'pfx'] as const),
  ...([
    'passphrase',
    'ciphers',
    'curves',
    'sigalgs',
    'crl',
    'minVersion',
    'maxVersion',
    'requestCertificate',
    'keyLog',
  ] as const),
];

const EXPECT = [
  '/** Receives as many bytes as wanted has, and ends the conversation if they are others. */',
  'async function expect(io, wanted) {',
  '  while (io.rest.length < wanted.length) {',
  '    const { value, done } = await io.chunks.next();',
  '    if (done) break;',
  '    io.rest = Buffer.concat([io.rest, value]);',
  '  }',
  '  const got = io.rest.subarray(0, wanted.length);',
  "  if (!wanted.equals(got)) throw new Error(`expected ${wanted.toString('hex')}, got ${got.toString('hex')}`);",
  '  io.rest = io.rest.subarray(wanted.length);',
  '}',
  '',
];

const SHOW_REST = [
  'function reader(s) {',
  '  return { rest: Buffer.alloc(0), chunks: s[Symbol.asyncIterator]() };',
  '}',
  '',
  '/** Writes what comes to standard output, until the peer closes or is silent for too long. */',
  'async function showRest(io) {',
  '  process.stdout.write(io.rest);',
  '  try {',
  '    for await (const chunk of io.chunks) process.stdout.write(chunk);',
  '  } catch (error) {',
  "    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;",
  '  }',
  '}',
  '',
];

function turns(steps: readonly CodeStep[], indent: string): string[] {
  return steps.map(({ kind, bytes }) => {
    const data = buffer(bytes, indent);
    const call = kind === 'send' ? `s.write(${data});` : `await expect(io, ${data});`;
    return `${indent}${call}${hint(bytes)}`;
  });
}

function stream(plan: CodePlan, steps: readonly CodeStep[], module: string): string[] {
  const waits = steps.some(({ kind }) => kind === 'expect');
  return [
    ...(waits ? EXPECT : []),
    ...SHOW_REST,
    ...(plan.listens ? server(plan, steps, module) : client(plan, steps, module)),
  ];
}

function place(plan: CodePlan): string[] {
  if (plan.transport === 'unix')
    return [`path: ${scriptString(`${plan.abstract ? '\0' : ''}${plan.path}`)}`];
  if (plan.transport === 'pipe') return [`path: ${scriptString(`\\\\.\\pipe\\${plan.path}`)}`];
  return [
    ...(plan.host === null ? [] : [`host: ${scriptString(plan.host)}`]),
    `port: ${plan.port}`,
  ];
}

function keptAlive({ keepaliveMs }: CodePlan['options']): string[] {
  if (keepaliveMs === undefined) return [];
  if (keepaliveMs === false) return ['keepAlive: false'];
  return ['keepAlive: true', `keepAliveInitialDelay: ${keepaliveMs}`];
}

function client(plan: CodePlan, steps: readonly CodeStep[], module: string): string[] {
  const { options, from } = plan;
  const entries = [
    ...place(plan),
    ...(plan.family === null ? [] : [`family: ${plan.family}`]),
    ...(from?.host ? [`localAddress: ${scriptString(from.host)}`] : []),
    ...(from && from.port > 0 ? [`localPort: ${from.port}`] : []),
    ...(options.nodelay === undefined ? [] : [`noDelay: ${options.nodelay}`]),
    ...keptAlive(options),
    ...(plan.tls ? nodeTlsOptions(plan) : []),
  ];
  return [
    `const s = ${module}.connect(${object(entries)});`,
    'async function main() {',
    `  s.setTimeout(${options.connectTimeoutMs ?? 10_000}, () => s.destroy(new Error('no answer')));`,
    `  await once(s, '${plan.tls ? 'secureConnect' : 'connect'}');`,
    ...(plan.tls ? nodeTlsCheck(plan) : []),
    "  s.removeAllListeners('timeout');",
    `  s.setTimeout(${plan.silenceMs}, () => s.destroy());`,
    '  const io = reader(s);',
    ...turns(steps, '  '),
    '  await showRest(io);',
    '}',
    '',
    'main()',
    '  .catch((error) => {',
    '    console.error(error.message);',
    '    process.exitCode = 1;',
    '  })',
    '  .finally(() => s.destroy());',
  ];
}

function server(plan: CodePlan, steps: readonly CodeStep[], module: string): string[] {
  const { options } = plan;
  const greeting: CodeStep[] =
    plan.greeting === null ? [] : [{ kind: 'send', bytes: plan.greeting }];
  const made = [
    ...(options.nodelay === undefined ? [] : [`noDelay: ${options.nodelay}`]),
    ...keptAlive(options),
    ...(plan.tls ? nodeTlsOptions(plan) : []),
  ];
  const listening = [
    ...place(plan),
    `backlog: ${options.backlog ?? 511}`,
    ...(options.v6only === undefined ? [] : [`ipv6Only: ${options.v6only}`]),
    ...(options.reusePort === undefined ? [] : [`reusePort: ${options.reusePort}`]),
  ];
  const path = scriptString(plan.path);
  const file = plan.transport === 'unix' && !plan.abstract;
  return [
    ...(options.unlink === true && file ? [`fs.rmSync(${path}, { force: true });`] : []),
    `const server = ${module}.createServer(${object(made)});`,
    ...(options.maxClients === undefined ? [] : [`server.maxConnections = ${options.maxClients};`]),
    `server.on('${plan.tls ? 'secureConnection' : 'connection'}', async (s) => {`,
    "  const peer = `${s.remoteAddress ?? 'local'}:${s.remotePort ?? ''}`;",
    "  console.error('accepted', peer);",
    `  s.setTimeout(${plan.silenceMs}, () => s.destroy());`,
    '  const io = reader(s);',
    '  try {',
    ...turns([...greeting, ...steps], '    '),
    '    await showRest(io);',
    '  } catch (error) {',
    '    console.error(peer, error.message);',
    '    s.destroy();',
    '  }',
    '});',
    ...(plan.tls ? ["server.on('tlsClientError', (error) => console.error(error.message));"] : []),
    `server.listen(${object(listening)}, () => {`,
    ...(options.mode === undefined || !file
      ? []
      : [`  fs.chmodSync(${path}, 0o${options.mode.toString(8)});`]),
    "  console.error('listening on', server.address());",
    '});',
  ];
}
