import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { handshakeMessages } from '../../../../src-main/engine/sockets/tls-messages';
import { now } from '../../../../src-main/engine/clock';
import { freePort, startProgram } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { CertificateShop } from '../../../support/tls-certificates';
import { WatchedEngine } from '../../../support/watched-engine';

/** What openssl's own trace says passed between it and us: `ClientHello, Length=…`. */
function traced(said: string): string[] {
  const found = said.matchAll(/^ +(\w+), Length=\d+$/gm);
  return [...found].map(([, name = '']) => name);
}

test.each(['1.2', '1.3'])('TLS %s: the messages that openssl traces', async (version) => {
  const watched = new WatchedEngine();
  const shop = new CertificateShop(await tempFolder());
  const { cert, key } = shop.signed('server', 'DNS:localhost,IP:127.0.0.1');
  const port = await freePort('tcp', '127.0.0.1');
  const accept = ['s_server', '-accept', `127.0.0.1:${port}`, '-cert', cert, '-key', key];
  const server = startProgram('openssl', [...accept, '-trace', '-alpn', 'h2']);
  await server.said(/ACCEPT/);
  const options = `ca=${shop.ca},alpn=h2,curves=X25519:P-256,max-version=${version}`;
  const { id } = await watched.opened(`tls:localhost:${port},${options}`);
  const { handshake } = await watched.engine.command('tlsDetails', { socket: id });
  // It keeps its account back until somebody is gone.
  await watched.engine.command('close', { socket: id });
  await server.said(/CIPHER is/);
  const told = traced(server.stdout().toString());
  const names = handshake.map(({ name }) => name);
  const clear = names.filter((name) => !['encrypted', 'ChangeCipherSpec'].includes(name));
  // What is encrypted it can read, and we cannot: of TLS 1.2 the last of each side.
  const readable = told.filter((name) => name !== 'Finished');
  expect(clear).toEqual(readable.slice(0, clear.length));
  expect(names).toContain('encrypted');
  expect(clear).toHaveLength(version === '1.3' ? 2 : readable.length);
  const [hello, answer] = handshake;
  expect(hello).toMatchObject({ direction: 'out', name: 'ClientHello' });
  expect(hello?.facts).toEqual(
    expect.arrayContaining([
      { name: 'server_name', value: 'localhost' },
      { name: 'supported_groups', value: 'X25519 P-256' },
      { name: 'application_layer_protocol_negotiation', value: 'h2' },
    ]),
  );
  expect(answer).toMatchObject({ direction: 'in', name: 'ServerHello' });
  const suite = answer?.facts.find(({ name }) => name === 'cipher_suite')?.value ?? '';
  const { cipher } = await watched.engine.command('tlsDetails', { socket: id });
  const all = ['ciphers', '-V', '-stdname', 'ALL'];
  const listed = execFileSync('openssl', all, { encoding: 'utf8' }).split('\n');
  const line = listed.find((one) => one.includes(` ${cipher} `)) ?? '';
  expect(line.toLowerCase()).toContain(`0x${suite.slice(0, 2)},0x${suite.slice(2)} `);
});

test('bytes that are no handshake, cut, repeated and lying about their length', async () => {
  const at = now();
  const chunk = (hex: string, direction: 'in' | 'out' = 'in') => ({
    direction,
    bytes: Buffer.from(hex.replaceAll(' ', ''), 'hex'),
    at,
  });
  const of = (...chunks: ReturnType<typeof chunk>[]) =>
    handshakeMessages(chunks, 0).map(({ name, bytes }) => `${name} ${bytes}`);
  expect(of(chunk('474554202f20485454502f312e30'))).toEqual(['not TLS 14']);
  expect(of(chunk('15 0303 0002 0228'))).toEqual(['Alert 2']);
  expect(of(chunk('16 0303'), chunk('0004 0e000000'))).toEqual(['ServerHelloDone 4']);
  // Two messages in three records, and a hello whose vectors are longer than it is.
  expect(of(chunk('16030300020e00 1603030003000014 16030300030000000000'))).toEqual([
    'ServerHelloDone 4',
    'Finished 4',
  ]);
  expect(of(chunk('16 0301 0008 01000004 0303ffff'))).toEqual(['ClientHello 8']);
  const data = chunk('17 0303 0002 abcd', 'out');
  expect(of(data, data, chunk('14 0303 0001 01'), data)).toEqual([
    'encrypted 4',
    'ChangeCipherSpec 1',
    'encrypted 2',
  ]);
  // A client that speaks HTTP to us: told with the failure.
  const watched = new WatchedEngine();
  const shop = new CertificateShop(await tempFolder());
  const { cert, key } = shop.signed('server', 'DNS:localhost');
  const address = `tls-listen:127.0.0.1:0,cert=${cert},key=${key}`;
  const { id, local } = await watched.opened(address);
  const client = connect(local?.port ?? 0, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void client.destroy());
  client.write('GET / HTTP/1.0\r\n\r\n');
  const child = await watched.child(id);
  await watched.closed(child.id);
  const { handshake } = await watched.engine.command('tlsDetails', { socket: child.id });
  expect(handshake[0]).toMatchObject({ direction: 'in', name: 'not TLS', bytes: 18 });
});
