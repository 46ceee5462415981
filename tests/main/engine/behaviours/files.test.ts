import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { within } from '../../../support/deadline';
import { tempFolder } from '../../../support/temp-folder';
import { tshark } from '../../../support/tshark';
import { WatchedEngine } from '../../../support/watched-engine';
import { curl, exchange, python, serving } from './serving';

const url = (path: string) => `ftp://127.0.0.1:PORT/${path}`;

test.each([
  ['passive, extended', []],
  ['passive', ['--disable-epsv']],
  ['active, extended', ['--ftp-port', '127.0.0.1']],
  ['active', ['--ftp-port', '127.0.0.1', '--disable-eprt']],
])('curl uploads, lists and downloads by FTP: %s', async (_mode, mode) => {
  const folder = await tempFolder();
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  const bytes = randomBytes(1_500_000);
  writeFileSync(from, bytes);
  const { watched, port } = await serving('ftp');
  const put = await curl(port, ...mode, '--upload-file', from, url('upload/a.bin'));
  expect([put.code, put.err]).toEqual([0, '']);
  const listed = (await curl(port, ...mode, url('upload/'))).out.toString();
  expect(listed).toMatch(/^-rw-r--r-- 1 wirebench wirebench +1500000 \w{3} .* a\.bin\r?\n$/);
  const got = await curl(port, ...mode, '--output', to, url('upload/a.bin'));
  expect([got.code, got.err]).toEqual([0, '']);
  expect(readFileSync(to).equals(bytes)).toBe(true);
  await curl(port, ...mode, '--output', to, '--continue-at', '1499990', url('upload/a.bin'));
  const ranged = await curl(port, ...mode, '--range', '1499990-', url('upload/a.bin'));
  expect(ranged.out.equals(bytes.subarray(1_499_990))).toBe(true);
  expect(watched.faults).toEqual([]);
});

test('the data connections are children of the listener, and every byte is in its capture', async () => {
  const file = join(await tempFolder(), 'ftp.pcapng');
  const watched = new WatchedEngine();
  const { id, local } = await watched.opened('tcp-listen:127.0.0.1:0,behave=ftp', { path: file });
  const port = local?.port ?? 0;
  const got = await curl(port, url('pub/lines.txt'));
  const children = [...watched.engine.registry.all()].filter(({ parent }) => parent?.id === id);
  expect(children).toHaveLength(2);
  const [, data] = children;
  expect(data?.ledger.sentBytes).toBe(got.out.byteLength);
  await watched.engine.command('close', { socket: id });
  await watched.closed(id);
  const { stdout } = tshark(
    file,
    ...['-d', `tcp.port==${port},ftp`, '-Y', 'ftp-data', '-T', 'fields', '-e', 'tcp.payload'],
  );
  expect(Buffer.from(stdout.replace(/\s/g, ''), 'hex').equals(got.out)).toBe(true);
  expect(tshark(file, '-Y', 'tcp.analysis.flags || _ws.malformed').stdout).toBe('');
});

test('ftplib walks about, renames, appends, removes, and is told what is wrong', async () => {
  const { port } = await serving('ftp');
  const said = await python(
    `
import ftplib, io, sys
def wrong(what):
    try: print(what())
    except ftplib.Error as e: print(str(e)[:3])
f = ftplib.FTP(); f.connect('127.0.0.1', int(sys.argv[1]), 10)
wrong(lambda: f.nlst())
wrong(lambda: f.login('me', 'wrong'))
f.login('me', 'pw')
print(f.pwd(), f.nlst(), f.cwd('pub'), f.pwd(), f.size('bytes.bin'), f.sendcmd('MDTM bytes.bin')[:6])
print(f.mkd('/upload/new dir'), f.cwd('/upload/new dir'))
f.storbinary('STOR a', io.BytesIO(b'one')); f.storbinary('APPE a', io.BytesIO(b' two'))
f.storbinary('STOR a', io.BytesIO(b'TWO'), rest=4)
out = io.BytesIO(); f.retrbinary('RETR a', out.write); print(out.getvalue())
out = io.BytesIO(); f.retrbinary('RETR a', out.write, rest=4); print(out.getvalue())
print(sorted((n, x['type']) for n, x in f.mlsd()))
print(f.rename('a', 'b'), f.nlst(), f.delete('b'), f.cwd('..'), f.rmd('new dir'))
for what in ('RETR none', 'CWD none', 'DELE none', 'RNTO x', 'TYPE E', 'PORT 127,0,0,1,0,21',
             'PORT 192,0,2,1,99,99', 'EPRT |1|192.0.2.1|5000|', 'EPRT x', 'NONSENSE', 'RETR /pub/bytes.bin',
             'STOR /pub', 'SIZE /pub', 'EPSV 3', 'AUTH TLS', 'REST x'):
    wrong(lambda: f.sendcmd(what))
f.set_pasv(False); print(len(f.nlst('/pub')))
print(f.quit()[:3])
`,
    port,
  );
  expect(said.split('\n')).toEqual([
    '530',
    '530',
    "/ ['pub', 'status.json', 'upload', 'welcome.txt'] 250 Done /pub 256 213 20",
    '/upload/new dir 250 Done',
    "b'one TWO'",
    "b'TWO'",
    "[('a', 'file')]",
    "250 Renamed ['b'] 250 Deleted 250 Done 250 Removed",
    ...['550', '550', '550', '503', '504', '504', '504', '504', '501', '500', '425', '553'],
    ...['550', '522', '502', '501'],
    '2',
    '221',
    '',
  ]);
});

test('a transfer is aborted, and the session goes on', async () => {
  const { watched, port } = await serving('ftp');
  const said = await python(
    `
import ftplib, sys
f = ftplib.FTP(); f.connect('127.0.0.1', int(sys.argv[1]), 10); f.login()
s = f.transfercmd('STOR /upload/x'); s.sendall(b'half')
f.putline('ABOR'); print(f.getmultiline()[:3], f.getmultiline()[:3]); s.close()
print(f.pwd(), f.nlst('/upload'))
`,
    port,
  );
  expect(said).toBe('426 226\n/ []\n');
  expect(watched.faults).toEqual([]);
});

test('a passive port takes nobody but the one who asked', async () => {
  const { port, watched } = await serving('ftp');
  const control = connect(port, '127.0.0.1');
  onTestFinished(() => void control.destroy());
  let heard = '';
  let look = () => undefined as unknown;
  control.on('data', (bytes: Buffer) => {
    heard += bytes.toString();
    look();
  });
  const said = (pattern: RegExp) =>
    within(
      new Promise<RegExpExecArray>((done) => {
        look = () => {
          const match = pattern.exec(heard);
          if (match) done(match);
        };
        look();
      }),
      String(pattern),
    );
  control.write('USER a\r\nPASS b\r\nEPSV\r\n');
  const [, passive = ''] = await said(/229 .*\|\|\|(\d+)\|/);
  const other = connect({ port: Number(passive), host: '127.0.0.1', localAddress: '127.0.0.2' });
  const error = await within(
    new Promise<NodeJS.ErrnoException>((done) => other.once('error', done)),
    'reset',
  );
  expect(error.code).toBe('ECONNRESET');
  const own = connect({ port: Number(passive), host: '127.0.0.1' });
  own.resume();
  onTestFinished(() => void own.destroy());
  control.write('NLST /pub\r\n');
  await said(/226 /);
  expect(watched.faults).toEqual([]);
});

test('curl reads menus, texts and bytes by Gopher, and finds by name', async () => {
  const { port } = await serving('gopher');
  const get = async (path: string) =>
    (await curl(port, `gopher://127.0.0.1:PORT/${path}`)).out.toString('latin1');
  const menu = await get('');
  expect(menu.split('\r\n')).toEqual([
    `iWirebench\t\t127.0.0.1\t${port}`,
    `7Find by name\t/find\t127.0.0.1\t${port}`,
    `1pub\t/pub\t127.0.0.1\t${port}`,
    `0status.json\t/status.json\t127.0.0.1\t${port}`,
    `1upload\t/upload\t127.0.0.1\t${port}`,
    `0welcome.txt\t/welcome.txt\t127.0.0.1\t${port}`,
    '.',
    '',
  ]);
  expect(await get('0/pub/lines.txt')).toMatch(/^line 1\r\n[^]*line 100\r\n\.\r\n$/);
  expect((await curl(port, 'gopher://127.0.0.1:PORT/9/pub/bytes.bin')).out).toHaveLength(256);
  expect(await get('7/find%09bytes')).toMatch(/^9\/pub\/bytes\.bin\t/);
  expect(await get('0/none')).toMatch(/^3there is no such selector\t/);
  expect(await exchange(port, `${'x'.repeat(5000)}\r\n`)).toMatch(/^3a selector has at most/);
});
