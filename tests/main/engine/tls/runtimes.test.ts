import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { bundleModule } from '../../../support/bundle';
import { launchProgram } from '../../../support/program';
import { freePort, startProgram } from '../../../support/peers';
import { CertificateShop } from '../../../support/tls-certificates';
import type { Certified } from '../../../support/tls-certificates';

/*
 * Node brings OpenSSL, Electron BoringSSL. The same engine runs here in both, and what a user is
 * told must be the same, word for word.
 */

/** Opens addresses one after another, or a listener, and prints what became of each as JSON. */
const RUNNER = `
const [module, mode, ...addresses] = process.argv.slice(2);
const { Engine } = await import(module);
const { once, EventEmitter } = await import('node:events');
const told = new EventEmitter().setMaxListeners(0);
const faults = [];
const engine = new Engine({ observer: {
  socket: (info) => told.emit('socket', info),
  fault: ({ error }) => faults.push(error),
} });
const until = async (id, phases) => {
  for (;;) {
    const info = engine.socketInfo(id);
    if (phases.includes(info.phase)) return info;
    await once(told, 'socket');
    await null;
  }
};
const print = (value) => console.log(JSON.stringify(value));
const outcome = ({ id, error, tls }) => {
  let peer = [];
  let reused = false;
  let stapled;
  try { ({ peer, sessionReused: reused, stapled } = engine.registry.get(id).tlsDetails()); } catch {}
  // Which cipher they like best is each library's own choice.
  return { error, tls: { ...tls, cipher: null }, peer, reused, stapled, faults: faults.splice(0) };
};
if (mode === 'dial') {
  for (const text of addresses) {
    const [wait, address] = text.split(' ');
    const id = engine.open(address, { record: 'none' });
    const opened = await until(id, wait === 'closed' ? ['closed'] : ['open', 'closed']);
    if (opened.phase === 'open') {
      await engine.command('close', { socket: id });
      await until(id, ['closed']);
    }
    print(outcome(wait === 'closed' ? opened : { ...opened, id }));
  }
  await engine.close();
  process.exit();
}
told.on('socket', (info) => {
  if (info.parent !== null && info.phase === 'closed') print(outcome(info));
});
const listener = await until(engine.open(addresses[0], { record: 'none' }), ['open', 'closed']);
print({ port: listener.local?.port ?? 0, error: listener.error });
`;

interface Runtime {
  name: string;
  command: string;
  env: Record<string, string>;
}

let shop: CertificateShop;
let module: string;
let runner: string;
let node: Runtime;
let electron: Runtime | null = null;
let why = '';

beforeAll(async () => {
  shop = new CertificateShop(mkdtempSync(join(tmpdir(), 'wirebench-tls-')));
  module = await bundleModule('src-main/engine/engine.ts', shop.path('bundle'));
  runner = shop.path('runner.mjs');
  writeFileSync(runner, RUNNER);
  node = { name: 'Node', command: process.execPath, env: {} };
  try {
    const script = resolve(import.meta.dirname, '../../../../scripts/electron-runtime.mjs');
    const told: unknown = JSON.parse(
      execFileSync(process.execPath, [script, '--json'], { encoding: 'utf8' }),
    );
    const command = typeof told === 'object' && told ? String(Reflect.get(told, 'executable')) : '';
    if (existsSync(command))
      electron = { name: 'Electron', command, env: { ELECTRON_RUN_AS_NODE: '1' } };
    else why = `there is no Electron runtime at ${command}`;
  } catch (thrown) {
    why = `no Electron runtime: ${String(thrown).slice(0, 200)}`;
  }
}, 60_000);
afterAll(() => {
  rmSync(shop.folder, { recursive: true, force: true });
});

function launch({ command, env }: Runtime, ...args: string[]) {
  const assigned = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const program = launchProgram('env', [...assigned, command, runner, module, ...args]);
  onTestFinished(async () => {
    program.kill();
    await program.exited().catch(() => undefined);
  });
  return program;
}

/** What became of each address. */
async function dial(runtime: Runtime, addresses: string[]): Promise<unknown[]> {
  const program = launch(runtime, 'dial', ...addresses);
  const code = await program.exited(60_000);
  expect([code, program.stderr()]).toEqual([0, expect.not.stringContaining('Error')]);
  return linesOf(program.stdout());
}

function linesOf(output: Buffer): unknown[] {
  return output
    .toString()
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

async function sServer(...args: string[]): Promise<number> {
  const port = await freePort('tcp', '127.0.0.1');
  const program = startProgram('openssl', ['s_server', '-accept', `127.0.0.1:${port}`, ...args]);
  await program.said(/ACCEPT/);
  return port;
}

function certified({ cert, key }: Certified): string[] {
  return ['-cert', cert, '-key', key];
}

/** A server that answers every connection with those bytes and ends it. */
async function rawServer(bytes: Buffer, end = true): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      if (end) socket.end(bytes);
      else socket.write(bytes);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** The code of each failure, or what stands for success. */
function codes(outcomes: unknown[]): unknown[] {
  return outcomes.map((outcome) => {
    const { error, tls } = outcome as {
      error: { code: string } | null;
      tls: { reason: string | null; protocol: string };
    };
    return error?.code ?? `${tls.protocol} ${tls.reason ?? 'trusted'}`;
  });
}

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

test('a client is told the same', async ({ skip }) => {
  const good = shop.signed('server', 'DNS:localhost,IP:127.0.0.1');
  const key = '00112233445566778899aabbccddeeff';
  for (const [name, secret] of Object.entries({ psk: key, bad: 'ff'.repeat(16), word: 'no' }))
    writeFileSync(shop.path(name), secret);
  const wants = ['-Verify', '1', '-CAfile', shop.ca, '-verify_return_error'];
  const ca = `ca=${shop.ca}`;
  const port = {
    good: await sServer(...certified(good)),
    own: await sServer(...certified(shop.selfSigned('own'))),
    old: await sServer(...certified(shop.signed('old', 'DNS:localhost', -1))),
    other: await sServer(...certified(shop.signed('other', 'DNS:other.example'))),
    client: await sServer(
      ...certified(shop.signed('purpose', 'DNS:localhost', 30, 'extendedKeyUsage=clientAuth\n')),
    ),
    two: await sServer(...certified(good), '-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256'),
    three: await sServer(...certified(good), '-tls1_3'),
    ten: await sServer(...certified(good), '-tls1', '-cipher', 'DEFAULT@SECLEVEL=0'),
    wants: await sServer(...certified(good), ...wants),
    psk: await sServer(
      ...['-nocert', '-psk', key, '-psk_identity', 'sensor', '-tls1_2', '-cipher', 'PSK'],
    ),
    plain: await rawServer(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')),
    garbage: await rawServer(hex('16 03 03 00 04 ff ff ff ff')),
    alert: await rawServer(hex('15 03 03 00 02 02 28')),
    unexpected: await rawServer(hex('17 03 03 00 02 01 01')),
    long: await rawServer(Buffer.concat([hex('16 03 03 ff ff'), Buffer.alloc(70_000)])),
    gone: await rawServer(Buffer.alloc(0)),
    stalled: await rawServer(Buffer.alloc(0), false),
  };
  const psk = (name: string) => `psk=file:${shop.path(name)},psk-identity=sensor`;
  const cases: [address: string, code: string][] = [
    [`open tls:localhost:${port.good},${ca}`, 'TLSv1.3 trusted'],
    [`open tls:localhost:${port.good},${ca},max-version=1.2`, 'TLSv1.2 trusted'],
    [`open tls:localhost:${port.good},verify=off`, 'TLSv1.3 UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
    [`open tls:localhost:${port.good}`, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
    [`open tls:localhost:${port.own}`, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    [`open tls:localhost:${port.old},${ca}`, 'CERT_HAS_EXPIRED'],
    [`open tls:localhost:${port.other},${ca}`, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [`open tls:localhost:${port.client},${ca}`, 'INVALID_PURPOSE'],
    [`open tls:localhost:${port.good},fingerprint=${'00'.repeat(32)}`, 'ERR_TLS_FINGERPRINT'],
    [`open tls:localhost:${port.two},${ca},min-version=1.3`, 'ERR_TLS_ALERT_PROTOCOL_VERSION'],
    [`open tls:localhost:${port.three},${ca},max-version=1.2`, 'ERR_TLS_ALERT_PROTOCOL_VERSION'],
    [
      `open tls:localhost:${port.two},${ca},max-version=1.2,ciphers=ECDHE-ECDSA-AES256-GCM-SHA384`,
      'ERR_TLS_ALERT_HANDSHAKE_FAILURE',
    ],
    [`open tls:localhost:${port.ten},${ca},min-version=1.0`, 'TLSv1 trusted'],
    [`open tls:localhost:${port.ten},${ca}`, 'ERR_TLS_ALERT_PROTOCOL_VERSION'],
    [`closed tls:localhost:${port.wants},${ca}`, 'ERR_TLS_ALERT_CERTIFICATE_REQUIRED'],
    [`open tls:localhost:${port.wants},${ca},max-version=1.2`, 'ERR_TLS_ALERT_HANDSHAKE_FAILURE'],
    [`open tls:localhost:${port.psk},${psk('psk')}`, 'TLSv1.2 trusted'],
    [`open tls:localhost:${port.psk},${psk('bad')}`, 'ERR_TLS_ALERT_BAD_RECORD_MAC'],
    [`open tls:localhost:${port.psk},${psk('word')}`, 'ERR_TLS_PSK_KEY'],
    [`open tls:localhost:${port.plain}`, 'ERR_TLS_NOT_TLS'],
    [`open tls:localhost:${port.garbage}`, 'ERR_TLS_MALFORMED'],
    [`open tls:localhost:${port.alert}`, 'ERR_TLS_ALERT_HANDSHAKE_FAILURE'],
    [`open tls:localhost:${port.unexpected}`, 'ERR_TLS_MALFORMED'],
    [`open tls:localhost:${port.long}`, 'ERR_TLS_MALFORMED'],
    [`open tls:localhost:${port.gone}`, 'ERR_TLS_CLOSED'],
    [`open tls:localhost:${port.stalled},connect-timeout=300ms`, 'ERR_TLS_HANDSHAKE_TIMEOUT'],
    [`open tls:localhost:${port.good},ciphers=NOPE`, 'ERR_TLS_BAD_CIPHERS'],
    [`open tls:localhost:${port.good},ca=/nowhere.pem`, 'ERR_TLS_FILE'],
  ];
  const addresses = cases.map(([address]) => address);
  const inNode = await dial(node, addresses);
  expect(codes(inNode)).toEqual(cases.map(([, code]) => code));
  skip(electron === null, why);
  if (electron) expect(await dial(electron, addresses)).toEqual(inNode);
}, 120_000);

test('curves, signature algorithms, revocation and stapling are told the same', async ({
  skip,
}) => {
  const good = shop.signed('chosen', 'DNS:localhost');
  const gone = shop.signed('gone', 'DNS:localhost');
  const none = shop.revoking('none', []);
  const list = shop.revoking('some', [gone]);
  const staple = ['-status_file', shop.stapled(gone, list)];
  const ca = `ca=${shop.ca}`;
  const port = {
    curve: await sServer(...certified(good), '-groups', 'P-384'),
    sigalg: await sServer(...certified(good), '-sigalgs', 'ECDSA+SHA256'),
    good: await sServer(...certified(good)),
    gone: await sServer(...certified(gone), ...staple),
  };
  const refused = 'ERR_TLS_ALERT_HANDSHAKE_FAILURE';
  const cases: [address: string, code: string][] = [
    [`open tls:localhost:${port.curve},${ca},curves=P-384:X25519`, 'TLSv1.3 trusted'],
    [`open tls:localhost:${port.curve},${ca},curves=P-521`, refused],
    [`open tls:localhost:${port.curve},${ca},curves=P-521,max-version=1.2`, refused],
    [`open tls:localhost:${port.sigalg},${ca},sigalgs=ECDSA+SHA256`, 'TLSv1.3 trusted'],
    [`open tls:localhost:${port.sigalg},${ca},sigalgs=RSA-PSS+SHA256`, refused],
    [`open tls:localhost:${port.good},curves=nonsense`, 'ERR_TLS_BAD_CURVES'],
    [`open tls:localhost:${port.good},sigalgs=nonsense`, 'ERR_TLS_BAD_SIGALGS'],
    [`open tls:localhost:${port.good},${ca},crl=${list}`, 'TLSv1.3 trusted'],
    [`open tls:localhost:${port.gone},${ca},crl=${list}`, 'CERT_REVOKED'],
    [`open tls:localhost:${port.gone},${ca},crl=${none},ocsp`, 'TLSv1.3 trusted'],
    [`open tls:localhost:${port.good},${ca},ocsp`, 'TLSv1.3 trusted'],
    [`open tls:localhost:${port.good},${ca},crl=${shop.ca}`, 'ERR_TLS_BAD_CRL'],
  ];
  const addresses = cases.map(([address]) => address);
  const inNode = await dial(node, addresses);
  expect(codes(inNode)).toEqual(cases.map(([, code]) => code));
  expect(inNode[8]).toMatchObject({ error: { message: "the peer's certificate was revoked" } });
  const [, from = '0', until = '0', nothing = ''] =
    /"status":"revoked","thisUpdate":(\d+),"nextUpdate":(\d+),"bytes":\d+,"problem":null\}.*"stapled":(\w+)/.exec(
      JSON.stringify(inNode.slice(9, 11)),
    ) ?? [];
  expect([Number(until) - Number(from), nothing]).toEqual([7 * 86_400_000, 'null']);
  expect(Math.abs(Date.now() - Number(from))).toBeLessThan(120_000);
  skip(electron === null, why);
  if (electron) expect(await dial(electron, addresses)).toEqual(inNode);
}, 60_000);

test('a pre-shared key works with peers of any version', async ({ skip }) => {
  const key = '00112233445566778899aabbccddeeff';
  writeFileSync(shop.path('psk'), key);
  const port = await sServer('-nocert', '-psk', key, '-psk_identity', 'sensor');
  const options = `psk=file:${shop.path('psk')},psk-identity=sensor`;
  const address = `open tls:localhost:${port},${options}`;
  expect(codes(await dial(node, [address]))).toEqual(['TLSv1.3 trusted']);
  const client = ['-psk', key, '-psk_identity', 'sensor', 'Q'];
  const listener = `tls-listen:127.0.0.1:0,${options}`;
  expect(codes(await listen(node, listener, [client]))).toEqual(['TLSv1.3 trusted']);
  skip(electron === null, why);
  if (!electron) return;
  const narrow = `${address},min-version=1.3`;
  expect(codes(await dial(electron, [address, narrow]))).toEqual([
    'TLSv1.2 trusted',
    'ERR_TLS_VERSION_RANGE',
  ]);
  expect(codes(await listen(electron, listener, [client]))).toEqual(['TLSv1.2 trusted']);
});

test('what one library cannot do is said', async ({ skip }) => {
  const chosen = 'tls:localhost:1,ciphers=TLS_AES_128_GCM_SHA256';
  const level = 'tls:localhost:1,ciphers=DEFAULT:@SECLEVEL=1';
  const addresses = [`open ${chosen}`, `open ${level}`];
  expect(codes(await dial(node, addresses))).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
  skip(electron === null, why);
  if (electron)
    expect(codes(await dial(electron, addresses))).toEqual([
      'ERR_TLS_CIPHERS_FIXED',
      'ERR_TLS_CIPHERS_FIXED',
    ]);
});

test('a listener is told the same', async ({ skip }) => {
  const good = shop.signed('listener', 'DNS:localhost');
  const client = shop.signed('client', 'DNS:client');
  const stranger = shop.selfSigned('stranger');
  const key = '00112233445566778899aabbccddeeff';
  writeFileSync(shop.path('psk'), key);
  const base = `tls-listen:127.0.0.1:0,cert=${good.cert},key=${good.key}`;
  const psk = `tls-listen:127.0.0.1:0,psk=file:${shop.path('psk')},psk-identity=sensor`;
  const raw = (bytes: string) => ['raw', bytes];
  const cases: [address: string, clients: string[][], codes: string[]][] = [
    [
      `${base},alpn=h2`,
      [
        raw('474554202f20485454502f312e310d0a0d0a'),
        raw('16030100050100000103'),
        raw('17030300020101'),
        raw(''),
        ['-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0'],
        ['-alpn', 'other'],
      ],
      [
        'ERR_TLS_NOT_TLS',
        'ERR_TLS_MALFORMED',
        'ERR_TLS_MALFORMED',
        'ERR_TLS_CLOSED',
        'ERR_TLS_VERSION',
        'ERR_TLS_NO_SHARED_ALPN',
      ],
    ],
    [
      `${base},ciphers=ECDHE-ECDSA-AES256-GCM-SHA384,max-version=1.2`,
      [['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256'], ['-tls1_3']],
      ['ERR_TLS_NO_SHARED_CIPHER', 'ERR_TLS_VERSION'],
    ],
    [
      `${base},curves=P-521`,
      [
        ['-groups', 'P-384'],
        ['-groups', 'P-384', '-tls1_2'],
      ],
      ['ERR_TLS_NO_SHARED_CIPHER', 'ERR_TLS_NO_SHARED_CIPHER'],
    ],
    [
      `${base},request-cert,ca=${shop.ca},crl=${shop.revoking('clients', [client])}`,
      [[...certified(client)]],
      ['CERT_REVOKED'],
    ],
    [
      `${base},request-cert,ca=${shop.ca}`,
      [[], certified(stranger), ['-tls1_2'], [...certified(client), 'Q']],
      [
        'ERR_TLS_NO_PEER_CERTIFICATE',
        'DEPTH_ZERO_SELF_SIGNED_CERT',
        'ERR_TLS_NO_PEER_CERTIFICATE',
        'TLSv1.3 trusted',
      ],
    ],
    [
      `${base},request-cert,ca=${shop.ca},behave=echo`,
      [
        [...certified(client), '-sess_out', shop.path('session'), 'Q'],
        [...certified(client), '-sess_in', shop.path('session'), 'Q'],
        [...certified(client), '-tls1_2', '-sess_out', shop.path('session2'), 'Q'],
        [...certified(client), '-tls1_2', '-sess_in', shop.path('session2'), 'Q'],
      ],
      ['TLSv1.3 trusted', 'TLSv1.3 trusted', 'TLSv1.2 trusted', 'TLSv1.2 trusted'],
    ],
    [
      psk,
      [
        ['-tls1_2', '-psk', key, '-psk_identity', 'other'],
        ['-tls1_2', '-psk', 'ff'.repeat(16), '-psk_identity', 'sensor'],
        ['-tls1_2', '-psk', key, '-psk_identity', 'sensor', 'Q'],
      ],
      ['ERR_TLS_PSK', 'ERR_TLS_BAD_RECORD', 'TLSv1.2 trusted'],
    ],
  ];
  for (const [address, clients, expected] of cases) {
    const inNode = await listen(node, address, clients);
    expect([address, codes(inNode)]).toEqual([address, expected]);
    if (clients.some((args) => args.includes('-sess_in')))
      expect(inNode).toMatchObject([true, false, true, false].map((first) => ({ reused: !first })));
    if (electron) expect(await listen(electron, address, clients)).toEqual(inNode);
  }
  skip(electron === null, why);
}, 120_000);

/** Each client in turn against a listener; what the listener was told of each. */
async function listen(runtime: Runtime, address: string, clients: string[][]): Promise<unknown[]> {
  const listener = launch(runtime, 'listen', address);
  const port = Number((await listener.said(/"port":(\d+)/))[1]);
  const outcomes = () => linesOf(listener.stdout()).slice(1);
  for (const [index, args] of clients.entries()) {
    await one(port, args);
    await listener.said(new RegExp(`(?:.*\\n){${index + 2}}`));
  }
  listener.kill();
  return outcomes();
}

async function one(port: number, args: string[]): Promise<void> {
  if (args[0] === 'raw') {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    socket.end(hex(args[1] ?? ''));
    await once(socket, 'close');
    return;
  }
  const quits = args.at(-1) === 'Q';
  const client = startProgram('openssl', [
    ...['s_client', '-connect', `127.0.0.1:${port}`],
    ...(quits ? args.slice(0, -1) : args),
  ]);
  if (quits) {
    await client.said(/Verify return code/);
    if (args.includes('-sess_out')) {
      // With TLS 1.3 the session comes after the handshake, of BoringSSL with the first payload.
      client.write('back\n');
      await client.said(/back\n/);
    }
    client.write('Q\n');
  }
  await client.exited();
}
