import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { within } from '../../../support/deadline';
import { startProgram } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { WatchedEngine } from '../../../support/watched-engine';
import { exchange, lacksNntplib, python, serving, untilStuck } from './serving';

test.skipIf(lacksNntplib)('nntplib reads groups and articles, and posts', async () => {
  const { watched, port } = await serving('nntp');
  const said = await python(
    `
import warnings; warnings.simplefilter('ignore')
import nntplib, sys
def wrong(what):
    try: print(what())
    except nntplib.NNTPError as e: print(str(e)[:3])
n = nntplib.NNTP('127.0.0.1', int(sys.argv[1]), readermode=True, timeout=10)
print(n.getwelcome()[:3], sorted(n.getcapabilities()))
wrong(lambda: n.login('me', 'wrong', False))
n.login('me', 'pw', False)
print([tuple(g) for g in n.list()[1]])
wrong(lambda: n.stat())
print(n.group('local.welcome')[1:])
print(n.descriptions('*')[1])
print(n.head('1')[1].lines[3], n.stat('<sample.2@example.com>')[1:])
print(n.body('2')[1].lines)
print(n.next() if False else n.last()[1:], n.next()[1:])
wrong(lambda: n.next())
print([(a, o['subject'], o[':lines']) for a, o in n.over((1, None))[1]])
print(n.xhdr('Subject', '1-2')[1])
print(n.post(b'Newsgroups: local.test, unknown\\r\\nSubject: posted\\r\\nFrom: a@b\\r\\n\\r\\n.dot\\r\\nend\\r\\n')[:3])
wrong(lambda: n.post(b'Newsgroups: none\\r\\n\\r\\nx'))
wrong(lambda: n.post(b'Newsgroups: local.test\\r\\nMessage-ID: <sample.1@example.com>\\r\\n\\r\\nx'))
print(n.group('local.test')[1:], n.body('2')[1].lines, n.date()[0][:3])
for what in ('GROUP none', 'ARTICLE 99', 'ARTICLE x', 'ARTICLE <none@x>', 'OVER 90-99', 'LIST TEA', 'NONSENSE', 'MODE STREAM'):
    wrong(lambda: n._shortcmd(what))
print(n.quit()[:3])
`,
    port,
  );
  expect(said.split('\n')).toEqual([
    "200 ['AUTHINFO', 'HDR', 'IMPLEMENTATION', 'LIST', 'OVER', 'POST', 'READER', 'VERSION']",
    '481',
    "[('local.test', '1', '1', 'y'), ('local.welcome', '2', '1', 'y')]",
    '412',
    "(2, 1, 2, 'local.welcome')",
    "{'local.test': 'Posts from devices under test', 'local.welcome': 'What is here from the start'}",
    "b'Subject: Sample 1' (0, '<sample.2@example.com>')",
    "[b'.a line with a dot', b'.', b'and the end']",
    "(1, '<sample.1@example.com>') (2, '<sample.2@example.com>')",
    '421',
    "[(1, 'Sample 1', '1'), (2, 'Sample 2', '3')]",
    "[('1', 'Sample 1'), ('2', 'Sample 2')]",
    '240',
    '441',
    '441',
    "(2, 1, 2, 'local.test') [b'.dot', b'end'] 111",
    ...['411', '423', '501', '430', '423', '501', '500', '501'],
    '205',
    '',
  ]);
  expect(watched.faults).toEqual([]);
});

test('curl speaks to the telnet server, which negotiates once and not for ever', async () => {
  const { watched, id, port } = await serving('telnet');
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let heard = '';
  let look = (): void => undefined;
  socket.on('data', (bytes: Buffer) => {
    heard += bytes.toString('latin1');
    look();
  });
  const until = (text: string) =>
    within(
      new Promise<void>((done) => {
        look = () => {
          if (heard.includes(text)) done();
        };
        look();
      }),
      `${JSON.stringify(text)} in ${JSON.stringify(heard)}`,
    );
  const say = (text: string) => socket.write(Buffer.from(text, 'latin1'));
  // It asks for terminal type and window size.
  await until('\xff\xfd\x18\xff\xfd\x1f');
  // WILL both, with the size; DO echo; DO something unknown; an answer to an answer; AYT.
  say('\xff\xfb\x18\xff\xfb\x1f\xff\xfa\x1f\0\x50\0\x18\xff\xf0\xff\xfd\x01\xff\xfd\x63');
  say('\xff\xfa\x18\0VT100\xff\xf0\xff\xfd\x01\xff\xfe\x63\xff\xf6');
  await until('[Wirebench is here]');
  expect(heard).toContain('\xff\xfa\x18\x01\xff\xf0');
  expect(heard.split('\xff\xfb\x01')).toHaveLength(2);
  expect(heard.split('\xff\xfc\x63')).toHaveLength(2);
  // CR NUL ends a line; IAC IAC is a byte of text, and comes back doubled.
  say('options\r\0');
  await until('window:   80 x 24\r\n');
  expect(heard).toContain('terminal: VT100\r\n');
  say('echo \xff\xff!\r\n');
  await until('\r\n\xff\xff!\r\n');
  say(`${'x'.repeat(3000)}\r\nquit\r\n`);
  await until('A line has at most 1024 bytes.');
  await until('Good bye.');
  await watched.until(id, ({ closedChildren }) => closedChildren === 1);
  expect(watched.faults).toEqual([]);
  const { watched: other, port: otherPort } = await serving('telnet');
  const curl = startProgram('curl', ['--silent', '--no-buffer', `telnet://127.0.0.1:${otherPort}`]);
  curl.write('quit\r\n');
  await curl.said(/Wirebench telnet\.[^]*Good bye\./);
  // It looks at its own input before it sees that the server is gone.
  curl.end();
  expect(await curl.exited()).toBe(0);
  expect(other.faults).toEqual([]);
});

/** What is said to which server, and what is heard in answer somewhere. */
const hostile: [behaviour: string, name: string, said: string, heard: RegExp][] = [
  ['smtp', 'a line without end', `HELO ${'x'.repeat(50_000)}`, /^220 [^\n]*\n$/],
  ['smtp', 'a long line', `HELO ${'x'.repeat(50_000)}\r\nQUIT\r\n`, /\n500 [^\n]*\n221 /],
  ['smtp', 'no names', 'EHLO\r\nHELO\r\nQUIT\r\n', /\n501 [^\n]*\n501 [^\n]*\n221 /],
  ['smtp', 'a path with a line in it', 'HELO a\r\nMAIL FROM:<a\rb>\r\nQUIT\r\n', /\n501 /],
  [
    'smtp',
    'AUTH with rubbish',
    'EHLO a\r\nAUTH PLAIN ****\r\nAUTH X\r\nAUTH\r\n',
    /501 [^]*504 [^]*504 /,
  ],
  [
    'smtp',
    'an end in the midst of DATA',
    'HELO a\r\nMAIL FROM:<>\r\nRCPT TO:<a>\r\nDATA\r\nx',
    /354 [^\n]*\n$/,
  ],
  ['smtp', 'rubbish', '\0\xff\x80\r\n'.repeat(150), /(?:500 [^\n]*\n){100}421 [^\n]*\n$/],
  ['pop3', 'a long line', `USER ${'x'.repeat(5000)}\r\nQUIT\r\n`, /\n-ERR a line has[^\n]*\n\+OK/],
  [
    'pop3',
    'numbers that are none',
    'USER a\r\nPASS b\r\nRETR -1\r\nRETR 0\r\nRETR 9999999999\r\nTOP 1 x\r\n',
    /(?:-ERR[^\n]*\n){4}$/,
  ],
  ['imap4', 'no tag', 'LOGIN\r\n\r\n* x\r\n', /(?:\S+ BAD[^\n]*\n){3}$/],
  ['imap4', 'a literal that is too large', 'a LOGIN {99999999}\r\n', /a BAD a literal/],
  [
    'imap4',
    'a huge literal at once',
    'a LOGIN {99999999+}\r\nxxx',
    /a BAD a literal[^\n]*\n\* BYE/,
  ],
  ['imap4', 'many literals', `a LOGIN {1}\r\n${'x {1}\r\n'.repeat(30)}`, /BAD/],
  [
    'imap4',
    'a set without end',
    'a LOGIN a b\r\nb SELECT INBOX\r\nc FETCH 1:4294967295 UID\r\n',
    /\* 2 FETCH \(UID 2\)\r\nc OK/,
  ],
  [
    'imap4',
    'parentheses',
    `a LOGIN a b\r\nb SELECT INBOX\r\nc SEARCH ${'('.repeat(5000)}\r\n`,
    /c BAD/,
  ],
  ['imap4', 'many stars', `a LOGIN a b\r\nb LIST "" "${'*x'.repeat(3000)}"\r\n`, /b OK/],
  [
    'nntp',
    'a range that is none',
    'GROUP local.test\r\nOVER 5-1\r\nOVER -\r\nHDR\r\n',
    /423 [^]*501 [^]*501 /,
  ],
  ['nntp', 'a post that never ends', 'POST\r\nNewsgroups: local.test\r\n', /340 [^\n]*\n$/],
  ['ftp', 'a long line', `USER ${'x'.repeat(5000)}\r\nQUIT\r\n`, /\n500 [^\n]*\n221 /],
  [
    'ftp',
    'control bytes in a name',
    'USER a\r\nPASS b\r\nMKD a\x01b\r\nCWD \xff\r\n',
    /553 [^\n]*\n550 /,
  ],
  [
    'ftp',
    'ports of others',
    'USER a\r\nPASS b\r\nPORT 10,0,0,1,200,1\r\nPORT 1\r\n',
    /504 [^\n]*\n501 /,
  ],
  ['gopher', 'nothing', '\r\n', /^iWirebench/],
  ['gopher', 'up and out', '/../../etc/passwd\r\n', /^3there is no such selector/],
  ['telnet', 'half a command', 'echo a\r\n\xff', /a\r\n> $/],
  ['telnet', 'a subnegotiation without end', `\xff\xfa\x18${'x'.repeat(100_000)}`, /> $/],
];

test.each(hostile)('%s: %s', async (behaviour, _name, said, heard) => {
  const { watched, port } = await serving(behaviour);
  expect(await exchange(port, said)).toMatch(heard);
  expect(watched.faults).toEqual([]);
});

/** A repeatable stream of numbers (Park and Miller), so that what fails can be tried again. */
function* numbers(seed: number): Generator<number, never, void> {
  for (let state = seed; ;) {
    state = (state * 48_271) % 2_147_483_647;
    yield state;
  }
}

const WORDS: Record<string, string> = {
  http: 'GET|PUT|HEAD|/|/status.json| HTTP/1.1\r\n|Host: a\r\n|\r\n|Content-Length: |3|Transfer-Encoding: chunked\r\n|ff\r\n|0\r\n',
  smtp: 'EHLO a\r\n|MAIL FROM:|<a@b>\r\n|RCPT TO:|DATA\r\n|.\r\n|RSET\r\n|AUTH PLAIN|\r\n',
  pop3: 'USER a\r\n|PASS b\r\n|RETR |1\r\n|TOP |1 1\r\n|DELE |UIDL\r\n|LIST\r\n|RSET\r\n|\r\n',
  imap4:
    'a |LOGIN b c\r\n|SELECT INBOX\r\n|FETCH |1:*| (FLAGS| BODY[])\r\n|{5}\r\n|{3+}\r\n|SEARCH |OR |NOT |STORE |"|(|)|\r\n',
  nntp: 'GROUP local.test\r\n|ARTICLE |1\r\n|OVER 1-\r\n|POST\r\n|Newsgroups: local.test\r\n|.\r\n|NEXT\r\n|LIST|\r\n',
  ftp: 'USER a\r\n|PASS b\r\n|EPSV\r\n|PASV\r\n|LIST\r\n|RETR /welcome.txt\r\n|MKD |x\r\n|RNFR |RNTO |REST |9\r\n|ABOR\r\n|\r\n',
  telnet: '\xff|\xfb|\xfd|\xfa|\xf0|\x18|\x1f|help\r\n|echo |\r\0|\r\n',
  gopher: '/|find|\t|\r\n|pub',
};

test.each(Object.entries(WORDS))(
  '%s: 200 conversations of rubbish end without a fault and leave nothing behind',
  { timeout: 60_000 },
  async (behaviour, words) => {
    const { watched, id, port } = await serving(behaviour);
    const parts = words.split('|');
    const random = numbers(20_261_122);
    const next = (below: number) => random.next().value % below;
    for (let round = 0; round < 200; round++) {
      const said = Array.from({ length: next(30) }, () =>
        next(4) === 0
          ? String.fromCharCode(...Array.from({ length: next(40) }, () => next(256)))
          : (parts[next(parts.length)] ?? ''),
      ).join('');
      await exchange(port, said);
    }
    expect(watched.faults).toEqual([]);
    await watched.until(id, ({ openChildren }) => openChildren === 0);
    const { room, files } = watched.engine.registry.content;
    // All room but what is stored is free again.
    const stored = (folder: string): number =>
      files
        .list(folder)
        .map(([name, entry]) =>
          entry.kind === 'file'
            ? entry.bytes.byteLength
            : stored(`${folder}/${name}`.replace('//', '/')),
        )
        .reduce((sum, bytes) => sum + bytes, 0);
    const { mailbox, news } = watched.engine.registry.content;
    const mails = mailbox.mails.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
    const articles = new Set(
      [...news.groups.values()].flatMap((group) => [...group.articles.values()]),
    );
    const posted = [...articles].reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
    expect(room.freeBytes + stored('/') + mails + posted).toBe(128 * 1024 * 1024);
  },
);

test.each([
  ['http', 'GET /pub/lines.txt HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['pop3', 'LIST\r\n'],
  ['imap4', 'c FETCH 1:* (BODY[] BODY[] BODY[])\r\n'],
  ['ftp', 'FEAT\r\n'],
])('%s: a peer that asks and never reads fills no memory', async (behaviour, asked) => {
  const { watched, id, port } = await serving(behaviour);
  const socket = connect(port, '127.0.0.1').pause();
  // It is reset at the end.
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  const logIn = 'USER a\r\nPASS b\r\n';
  if (behaviour !== 'http')
    socket.write(behaviour === 'imap4' ? 'a LOGIN a b\r\nb SELECT INBOX\r\n' : logIn);
  const many = asked.repeat(Math.ceil(1024 ** 2 / asked.length));
  for (let megabyte = 0; megabyte < 16; megabyte++) socket.write(many);
  const { id: child } = await watched.child(id);
  const { sendQueueBytes, ledger } = await untilStuck(watched, child);
  expect(sendQueueBytes).toBeLessThan(300_000);
  expect(sendQueueBytes).toBeGreaterThan(64 * 1024);
  expect(ledger.receivedBytes).toBeLessThan(16 * many.length);
  watched.engine.registry.get(child).reset();
  await watched.closed(child);
});

test('a local socket has behaviours too, and FTP says that it has no data connections there', async () => {
  const path = join(await tempFolder(), 'socket');
  const watched = new WatchedEngine();
  await watched.opened(`unix-listen:${path},behave=ftp`);
  const client = startProgram('ncat', ['-U', path]);
  client.write('USER a\r\nPASS b\r\nEPSV\r\nQUIT\r\n');
  await client.said(/230 [^\n]*\n425 [^\n]*\n221 /);
  client.end();
  expect(await client.exited()).toBe(0);
  expect(watched.faults).toEqual([]);
});
