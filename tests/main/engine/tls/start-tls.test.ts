import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startProgram, startPython } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { CertificateShop } from '../../../support/tls-certificates';
import type { Certified } from '../../../support/tls-certificates';
import { followTcp, tshark } from '../../../support/tshark';
import { WatchedEngine } from '../../../support/watched-engine';

let shop: CertificateShop;
let server: Certified;

beforeAll(() => {
  shop = new CertificateShop(mkdtempSync(join(tmpdir(), 'wirebench-tls-')));
  server = shop.signed('server', 'DNS:localhost');
});
afterAll(() => {
  rmSync(shop.folder, { recursive: true, force: true });
});

/** Speaks plain, then TLS, on one connection; says what it got. */
const UPGRADING_SERVER = `
import socket, ssl, sys
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(sys.argv[1], sys.argv[2])
listener = socket.create_server(('127.0.0.1', 0))
print('port', listener.getsockname()[1], flush=True)
s, _ = listener.accept()
s.sendall(b'220 hello\\r\\n')
print('plain', s.recv(100), flush=True)
s.sendall(b'220 go\\r\\n')
s = context.wrap_socket(s, server_side=True)
print('secure', s.recv(100), flush=True)
s.sendall(b'250 safe\\r\\n')
s.unwrap()
`;

describe('startTls', () => {
  test('upgrades as client, and the record goes on in the same flow', async () => {
    const capture = join(await tempFolder(), 'starttls.pcapng');
    const peer = startPython(UPGRADING_SERVER, server.cert, server.key);
    const port = (await peer.said(/port (\d+)/))[1] ?? '';
    const watched = new WatchedEngine();
    const { id } = await watched.opened(`tcp:localhost:${port}`, { path: capture });
    const heard = (text: string) =>
      watched.when(() => watched.bytes('in', id).toString().endsWith(text), text);
    await heard('220 hello\r\n');
    await watched.send(id, 'STARTTLS\r\n');
    await heard('220 go\r\n');
    await watched.engine.command('startTls', { socket: id, options: `ca=${shop.ca}` });
    const secure = await watched.until(id, ({ tls }) => tls?.state === 'secure');
    expect(secure).toMatchObject({ phase: 'open', tls: { verified: true, reason: null } });
    const details = await watched.engine.command('tlsDetails', { socket: id });
    expect(details).toMatchObject({ role: 'client', servername: 'localhost' });
    await expect(watched.engine.command('startTls', { socket: id, options: '' })).rejects.toThrow(
      'start TLS twice',
    );
    await watched.send(id, 'EHLO again\r\n');
    await peer.said(/secure b'EHLO again/);
    await heard('250 safe\r\n');
    await watched.closed(id);
    expect(watched.faults).toEqual([]);
    const [ours, theirs] = followTcp(capture, 0).map((hex) => Buffer.from(hex, 'hex').toString());
    expect(ours).toBe('STARTTLS\r\nEHLO again\r\n');
    expect(theirs).toBe('220 hello\r\n220 go\r\n250 safe\r\n');
    expect(tshark(capture, '-Y', 'tcp.analysis.flags').stdout).toBe('');
  });

  test('leaves the connection as it is when a file is wrong, and closes it when the peer is', async () => {
    const peer = startPython(UPGRADING_SERVER, server.cert, server.key);
    const port = (await peer.said(/port (\d+)/))[1] ?? '';
    const watched = new WatchedEngine();
    const { id } = await watched.opened(`tcp:localhost:${port}`);
    await expect(
      watched.engine.command('startTls', { socket: id, options: 'nonsense=1' }),
    ).rejects.toMatchObject({ code: 'ERR_BAD_ADDRESS' });
    await watched.engine.command('startTls', { socket: id, options: 'ca=/nowhere.pem' });
    await watched.when(() => watched.faults.length === 1, 'the fault');
    expect(watched.faults[0]?.error.code).toBe('ERR_TLS_FILE');
    expect(watched.engine.socketInfo(id)).toMatchObject({ phase: 'open', tls: null });
    await watched.send(id, 'STARTTLS\r\n');
    await watched.when(() => watched.bytes('in', id).toString().endsWith('220 go\r\n'), 'go');
    await watched.engine.command('startTls', { socket: id, options: '' });
    const closed = await watched.closed(id);
    expect(closed.error?.code).toBe('UNABLE_TO_GET_ISSUER_CERT_LOCALLY');
  });

  test('upgrades as server for openssl, with the certificate of the listener', async () => {
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened(
      `tcp-listen:127.0.0.1:0,cert=${server.cert},key=${server.key}`,
    );
    const client = startProgram('openssl', [
      ...['s_client', '-connect', `127.0.0.1:${local?.port ?? 0}`, '-starttls', 'smtp'],
      ...['-CAfile', shop.ca, '-verify_return_error', '-quiet'],
    ]);
    const child = await watched.child(id);
    await watched.send(child.id, '220 ready\r\n');
    const heard = (text: string) =>
      watched.when(() => watched.bytes('in', child.id).toString().includes(text), text);
    await heard('EHLO');
    await watched.send(child.id, '250-here\r\n250 STARTTLS\r\n');
    await heard('STARTTLS\r\n');
    // What waits to be sent goes out plain, and nothing of the handshake is read as a payload.
    await watched.send(child.id, '220 go\r\n');
    await watched.engine.command('startTls', { socket: child.id, options: '' });
    await watched.until(child.id, ({ tls }) => tls?.state === 'secure');
    client.write('QUIT\r\n');
    await heard('QUIT');
    await watched.send(child.id, '221 bye\r\n');
    await client.said(/221 bye/);
    expect(watched.bytes('in', child.id).toString()).toMatch(/^EHLO .*\r\nSTARTTLS\r\nQUIT\r?\n/);
  });
});
