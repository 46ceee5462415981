import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RecordTo } from '../../../../src-main/engine/engine';
import { tempFolder } from '../../../support/temp-folder';
import { fields } from '../../../support/tshark';
import { CertificateShop } from '../../../support/tls-certificates';
import { WatchedEngine } from '../../../support/watched-engine';
import { curl, exchange, lacksNntplib, python, serving } from './serving';

/** A server with a certificate, and the authority that signed it. */
async function certified(behaviour: string, kind = 'tcp-listen', record: RecordTo = 'none') {
  const shop = new CertificateShop(await tempFolder());
  const { cert, key } = shop.signed('server', 'IP:127.0.0.1');
  const watched = new WatchedEngine();
  const address = `${kind}:127.0.0.1:0,behave=${behaviour},cert=${cert},key=${key}`;
  const { id, local } = await watched.opened(address, record);
  return { watched, id, port: local?.port ?? 0, ca: shop.ca };
}

const LOG_IN = ['--user', 'me:pw', '--ssl-reqd'];

test('curl mails over STARTTLS, and reads over STLS and STARTTLS', async () => {
  const file = join(await tempFolder(), 'mail');
  writeFileSync(file, 'Subject: secret\r\n\r\nhidden\r\n');
  const smtp = await certified('smtp');
  const to = ['--mail-from', 'a@b', '--mail-rcpt', 'c@d', '--upload-file', file];
  const sent = await curl(
    smtp.port,
    ...['smtp://127.0.0.1:PORT', '--cacert', smtp.ca],
    ...LOG_IN,
    ...to,
  );
  expect([sent.code, sent.err]).toEqual([0, '']);
  const child = await smtp.watched.child(smtp.id);
  expect(child.tls?.state).toBe('secure');
  expect(smtp.watched.engine.registry.content.mailbox.mails).toHaveLength(3);
  const pop3 = await certified('pop3');
  const one = await curl(pop3.port, 'pop3://127.0.0.1:PORT/1', '--cacert', pop3.ca, ...LOG_IN);
  expect(one.out.toString()).toContain('Subject: Welcome');
  const imap4 = await certified('imap4');
  const url = 'imap://127.0.0.1:PORT/INBOX;MAILINDEX=1';
  const two = await curl(imap4.port, url, '--cacert', imap4.ca, ...LOG_IN);
  expect(two.out.toString()).toContain('Subject: Welcome');
  for (const { watched } of [smtp, pop3, imap4]) expect(watched.faults).toEqual([]);
});

test.skipIf(lacksNntplib)('Python speaks NNTP and FTP after STARTTLS and AUTH TLS', async () => {
  const nntp = await certified('nntp');
  const ftp = await certified('ftp');
  const said = await python(
    `
import warnings; warnings.simplefilter('ignore')
import ftplib, nntplib, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[2])
context.check_hostname = False
n = nntplib.NNTP('127.0.0.1', int(sys.argv[1]), timeout=10)
n.starttls(context); print(n.group('local.welcome')[0][:3], n.sock.version()[:4]); n.quit()
context = ssl.create_default_context(cafile=sys.argv[4])
f = ftplib.FTP_TLS(context=context); f.connect('127.0.0.1', int(sys.argv[3]), 10)
f.login('me', 'pw'); print(f.nlst('/pub'), f.sock.version()[:4])
print(f.prot_p()[:3], f.nlst('/pub'), f.prot_c()[:3], f.nlst('/pub'), 'PROT' in f.sendcmd('FEAT'))
f.quit()
`,
    nntp.port,
    nntp.ca,
    ftp.port,
    ftp.ca,
  );
  expect(said.split('\n')).toEqual([
    '211 TLSv',
    "['bytes.bin', 'lines.txt'] TLSv",
    `200 ${PUB} 200 ${PUB} True`,
    '',
  ]);
});

const PUB = "['bytes.bin', 'lines.txt']";

test.each([
  // Active ones are Python's below: curl 7.88 does not begin TLS on them, with vsftpd neither.
  ['after AUTH TLS', 'tcp-listen', ['--ssl-reqd', 'ftp://127.0.0.1:PORT/']],
  ['implicit', 'tls-listen', ['ftps://127.0.0.1:PORT/']],
])(
  'curl lists, uploads and downloads over protected data connections: %s',
  async (_, kind, how) => {
    const folder = await tempFolder();
    const [from, to, record] = ['from', 'to', 'ftps.pcapng'].map((name) => join(folder, name));
    const bytes = randomBytes(700_000);
    writeFileSync(from ?? '', bytes);
    const { watched, id, port, ca } = await certified('ftp', kind, { path: record ?? '' });
    const run = (path: string, ...more: string[]) => {
      const asked = how.map((one) => (one.endsWith('/') ? one + path : one));
      return curl(port, '--cacert', ca, '--user', 'me:pw', ...asked, ...more);
    };
    const put = await run('upload/a.bin', '--upload-file', from ?? '');
    expect([put.code, put.err]).toEqual([0, '']);
    expect((await run('upload/')).out.toString()).toMatch(/ 700000 .* a\.bin\r?\n$/);
    const got = await run('upload/a.bin', '--output', to ?? '');
    expect([got.code, got.err]).toEqual([0, '']);
    expect(readFileSync(to ?? '').equals(bytes)).toBe(true);
    const children = [...watched.engine.registry.all()].filter(({ parent }) => parent?.id === id);
    expect(children.map(({ tls }) => tls?.state)).toEqual(Array(6).fill('secure'));
    expect(watched.faults).toEqual([]);
    // What passed stands in the capture as it was said.
    await watched.engine.command('close', { socket: id });
    await watched.closed(id);
    const stored = children.find(({ ledger }) => ledger.receivedBytes === bytes.byteLength);
    const sent = `tcp.srcport == ${stored?.remote?.port ?? 0} && tcp.len > 0`;
    const parts = fields(record ?? '', sent, 'tcp.payload').flat();
    expect(Buffer.from(parts.join(''), 'hex').equals(bytes)).toBe(true);
  },
);

test('protection is asked for in its order; a handshake that fails ends the transfer alone; active too', async () => {
  const { watched, port, ca } = await certified('ftp');
  const said = await python(
    `
import ftplib, io, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[2])
context.check_hostname = False
f = ftplib.FTP_TLS(context=context); f.connect('127.0.0.1', int(sys.argv[1]), 10)
def say(*all):
    for what in all:
        try: print(f.sendcmd(what)[:3], end=' ')
        except ftplib.Error as e: print(str(e)[:3], end=' ')
say('PBSZ 0', 'PROT P')
f.auth(); say('PROT P', 'PBSZ x', 'PBSZ 0', 'PROT S', 'PROT X', 'PROT P', 'USER me', 'PASS pw')
s = ftplib.FTP.ntransfercmd(f, 'NLST /pub')[0]; s.sendall(b'no TLS at all\\r\\n')
try: print(f.voidresp()[:3])
except ftplib.Error as e: print(str(e)[:3])
s.close(); f.prot_p(); print(f.nlst('/pub'))
f.set_pasv(False); f.storbinary('STOR /upload/b', io.BytesIO(bytes(range(256)) * 999))
out = io.BytesIO(); f.retrbinary('RETR /upload/b', out.write)
print(out.getvalue() == bytes(range(256)) * 999, f.nlst('/upload')); f.quit()
`,
    port,
    ca,
  );
  expect(said.split('\n')).toEqual([
    '503 503 503 501 200 536 504 200 331 230 426',
    PUB,
    "True ['b']",
    '',
  ]);
  const failed = [...watched.engine.registry.all()].filter(({ tls }) => tls?.state === 'failed');
  expect(failed.map(({ error }) => error?.code)).toEqual(['ERR_TLS_NOT_TLS']);
});

test('a TLS listener serves by itself too', async () => {
  const http = await certified('http', 'tls-listen');
  const got = await curl(http.port, 'https://127.0.0.1:PORT/status.json', '--cacert', http.ca);
  expect([got.code, got.out.toString()]).toEqual([0, '{"device":"wirebench","state":"ready"}\n']);
  const echo = await certified('echo', 'tls-listen');
  const said = await python(
    `
import socket, ssl, sys
s = ssl.create_default_context(cafile=sys.argv[2]).wrap_socket(
    socket.create_connection(('127.0.0.1', int(sys.argv[1])), 10), server_hostname='127.0.0.1')
s.sendall(b'x' * 300_000); n = 0
while n < 300_000: n += len(s.recv(65536))
print(n)
`,
    echo.port,
    echo.ca,
  );
  expect(said).toBe('300000\n');
});

test('what is said in the clear behind STARTTLS is not obeyed', async () => {
  const { watched, port, ca } = await certified('smtp');
  const said = await python(
    `
import socket, ssl, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 10)
s.sendall(b'EHLO a\\r\\nSTARTTLS\\r\\nEHLO a\\r\\nMAIL FROM:<evil@b>\\r\\n')
heard = b''
while not heard.endswith(b'TLS\\r\\n') or b'\\n220 ' not in heard: heard += s.recv(1)
s = ssl.create_default_context(cafile=sys.argv[2]).wrap_socket(s, server_hostname='127.0.0.1')
s.sendall(b'RCPT TO:<c@d>\\r\\nQUIT\\r\\n')
print(s.makefile('rb').read().decode())
try: s.unwrap()
except OSError: pass
`,
    port,
    ca,
  );
  expect(said).toMatch(/^503 MAIL first\r\n221 /);
  expect(watched.faults).toEqual([]);
});

test('without a certificate TLS is neither offered nor started', async () => {
  const { port } = await serving('smtp');
  const said = await exchange(port, 'EHLO a\r\nSTARTTLS\r\nQUIT\r\n');
  expect(said).toMatch(/\n454 [^]*\n221 /);
  expect(said).not.toContain('STARTTLS');
});
