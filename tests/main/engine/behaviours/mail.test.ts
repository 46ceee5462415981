import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../../../support/temp-folder';
import { WatchedEngine } from '../../../support/watched-engine';
import { curl, exchange, python, serving } from './serving';

/** One engine with a server for each of the three. */
async function post() {
  const watched = new WatchedEngine();
  const port = async (behaviour: string) => (await serving(behaviour, watched)).port;
  return {
    watched,
    smtp: await port('smtp'),
    pop3: await port('pop3'),
    imap4: await port('imap4'),
  };
}

test('curl sends a mail by SMTP, and finds it by POP3 and IMAP4', async () => {
  const { watched, smtp, pop3, imap4 } = await post();
  const file = join(await tempFolder(), 'mail');
  const text = 'From: a@example.com\r\nSubject: hello\r\n\r\n.dot\r\n..dots\r\n.\r\nend\r\n';
  writeFileSync(file, text);
  const sent = await curl(
    smtp,
    'smtp://127.0.0.1:PORT',
    ...['--mail-from', 'a@example.com', '--mail-rcpt', 'b@example.com', '--upload-file', file],
    ...['--user', 'name:secret'],
  );
  expect([sent.code, sent.err]).toEqual([0, '']);
  const user = ['--user', 'name:secret'];
  const list = (await curl(pop3, 'pop3://127.0.0.1:PORT/', ...user)).out.toString();
  expect(list).toMatch(/^1 \d+\r\n2 \d+\r\n3 \d+\r\n$/);
  const retrieved = (await curl(pop3, 'pop3://127.0.0.1:PORT/3', ...user)).out.toString();
  expect(retrieved).toMatch(/^Return-Path: <a@example\.com>\r\nReceived: from \[127\.0\.0\.1\]/);
  expect(retrieved.endsWith(text)).toBe(true);
  const url = 'imap://127.0.0.1:PORT/INBOX';
  const fetched = (await curl(imap4, `${url};MAILINDEX=3`, ...user)).out.toString();
  expect(fetched).toBe(retrieved);
  const found = await curl(imap4, `${url}?SUBJECT%20hello`, ...user);
  expect(found.out.toString()).toBe('* SEARCH 3\r\n');
  expect(watched.faults).toEqual([]);
});

test('smtplib logs in, sends to many, and is told what is wrong', async () => {
  const { smtp } = await post();
  const said = await python(
    `
import smtplib, sys
s = smtplib.SMTP('127.0.0.1', int(sys.argv[1]), timeout=10)
try: s.login('me', 'wrong')
except smtplib.SMTPAuthenticationError as e: print(e.smtp_code)
s.user, s.password = 'me', 'right'
print(s.auth('LOGIN', s.auth_login)[0])
print(s.verify('me')[0], s.noop()[0], s.rset()[0], s.help()[:4])
s.sendmail('a@b', ['c%d@d' % n for n in range(100)], 'Subject: x\\r\\n\\r\\nhi\\r\\n')
try: s.sendmail('a@b', ['c%d@d' % n for n in range(101)], 'x')
except smtplib.SMTPException as e: print(type(e).__name__)
print(s.docmd('RCPT', 'TO:<a@b>')[0], s.docmd('DATA')[0], s.docmd('WHAT')[0], s.docmd('MAIL', 'FROM:a')[0])
print(s.docmd('MAIL', 'FROM:<a@b> SIZE=999999999')[0], s.docmd('MAIL', 'FROM:<a@b> TEA=1')[0])
print(s.quit()[0])
`,
    smtp,
  );
  expect(said.split('\n')).toEqual([
    '535',
    '235',
    "252 250 250 b'EHLO'",
    '503 503 500 501',
    '552 555',
    '221',
    '',
  ]);
});

test('a second mail cannot be smuggled in behind a lone LF', async () => {
  const { watched, smtp } = await post();
  const hidden = 'MAIL FROM:<evil@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nevil\r\n';
  const mail = `one\r\n.\n${hidden}\n.\r\n\r.\r\n`;
  const said = await exchange(
    smtp,
    `EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n${mail}.\r\nQUIT\r\n`,
  );
  expect(said.match(/^250 Kept/gm)).toHaveLength(1);
  const [, , kept] = watched.engine.registry.content.mailbox.mails;
  expect(kept?.bytes.toString('latin1')).toContain('MAIL FROM:<evil@b>');
  expect(watched.engine.registry.content.mailbox.mails).toHaveLength(3);
});

test('a mail that is too large is refused when it is complete, and the session goes on', async () => {
  const { watched, smtp } = await post();
  const said = await python(
    `
import smtplib, sys
s = smtplib.SMTP('127.0.0.1', int(sys.argv[1]), timeout=20)
s.ehlo(); s.mail('a@b'); s.rcpt('c@d')
print(s.data(b'x' * 80 + b'\\r\\n' + (b'y' * 998 + b'\\r\\n') * 11000)[0])
s.mail('a@b'); s.rcpt('c@d'); print(s.data(b'small')[0])
`,
    smtp,
  );
  expect(said).toBe('552\n250\n');
  expect(watched.engine.registry.content.mailbox.mails).toHaveLength(3);
});

test('poplib reads, and deletes at QUIT', async () => {
  const { watched, pop3 } = await post();
  const said = await python(
    `
import poplib, sys
def log_in():
    p = poplib.POP3('127.0.0.1', int(sys.argv[1]), timeout=10)
    p.user('me'); p.pass_('pw'); return p
p = poplib.POP3('127.0.0.1', int(sys.argv[1]), timeout=10)
print(sorted(p.capa()))
try: p.stat()
except poplib.error_proto as e: print(e)
p.user('me')
try: p.pass_('wrong')
except poplib.error_proto as e: print(e)
p.close()
p = log_in()
print(p.stat()[0], p.uidl()[1], len(p.list()[1]))
print(p.retr(2)[1][-4:])
print(p.top(1, 0)[1][2:3], p.noop())
p.dele(1)
try: p.retr(1)
except poplib.error_proto as e: print(e)
p.rset(); p.dele(2)
print(p.quit())
p = log_in(); print(p.stat()[0]); p.quit()
`,
    pop3,
  );
  expect(said.split('\n')).toEqual([
    "['IMPLEMENTATION', 'PIPELINING', 'RESP-CODES', 'TOP', 'UIDL', 'USER']",
    "b'-ERR log in first'",
    "b'-ERR [AUTH] that password is refused'",
    "2 [b'1 wirebench.1', b'2 wirebench.2'] 2",
    "[b'', b'The next line begins with a dot, the one after it is a dot:', b'.dot', b'.']",
    "[b'Subject: Welcome'] b'+OK'",
    `b'-ERR there is no mail "1"'`,
    "b'+OK closes'",
    '1',
    '',
  ]);
  expect(watched.engine.registry.content.mailbox.mails).toHaveLength(1);
});

test('imaplib logs in, lists, fetches, stores, searches, appends and expunges', async () => {
  const { watched, imap4 } = await post();
  const said = await python(
    `
import imaplib, sys
try: imaplib.IMAP4('127.0.0.1', int(sys.argv[1])).login('me', 'wrong')
except imaplib.IMAP4.error as e: print(e)
m = imaplib.IMAP4('127.0.0.1', int(sys.argv[1]))
print(m.authenticate('PLAIN', lambda c: b'\\0me\\0pw')[0])
print(m.list(), m.status('INBOX', '(MESSAGES UNSEEN)'))
print(m.select())
print(m.fetch('1', '(UID FLAGS RFC822.SIZE ENVELOPE)')[1][0])
print(m.fetch('2', '(BODY.PEEK[HEADER.FIELDS (SUBJECT X)])')[1][0])
print(m.fetch('2', 'BODY[TEXT]<0.8>')[1])
print(m.store('1', '+FLAGS', r'(\\Flagged)')[1])
print(m.search(None, 'UNSEEN', 'FLAGGED')[1], m.search(None, 'OR', 'SUBJECT', '"dots"', 'TEXT', 'nothing')[1])
print(m.search(None, 'NOT', '(SEEN)')[1], m.uid('SEARCH', 'UID', '2:*')[1], m.search(None, 'SINCE', '01-Jan-2020')[1])
print(m.append('INBOX', r'(\\Seen)', None, b'Subject: appended\\r\\n\\r\\nbody\\r\\n')[0])
print(m.noop()[0], m.response('EXISTS')[1])
print(m.fetch('1:*', '(FLAGS)')[1])
m.store('2', '+FLAGS', r'\\Deleted'); print(m.expunge()[1])
print(m.uid('FETCH', '3', 'BODYSTRUCTURE')[1])
for what in (lambda: m.create('x'), lambda: m.copy('1', 'y')): print(what()[0])
for what in ('FETCH 1 (TEA)', 'FETCH x FLAGS', 'SEARCH', 'STORE 1 FLAGS (()'):
    name, _, rest = what.partition(' ')
    try: m._simple_command(name, rest)
    except imaplib.IMAP4.error as e: print(str(e).split('[')[0])
print(m.close()[0], m.logout()[0])
`,
    imap4,
  );
  expect(said.split('\n')).toEqual([
    "b'[AUTHENTICATIONFAILED] that password is refused'",
    'OK',
    String.raw`('OK', [b'(\\HasNoChildren) "/" INBOX']) ('OK', [b'INBOX (MESSAGES 2 UNSEEN 2)'])`,
    "('OK', [b'2'])",
    expect.stringMatching(
      /^b'1 \(UID 1 FLAGS \(\) RFC822\.SIZE \d+ ENVELOPE \("Thu, 01 Jan 2026 00:00:00 \+0000" "Welcome" \(\("Wirebench" NIL "wirebench" "example\.com"\)\) .* "<welcome@example\.com>"\)\)'$/,
    ),
    "(b'2 (BODY[HEADER.FIELDS (SUBJECT X)] {17}', b'Subject: Dots\\r\\n\\r\\n')",
    expect.stringMatching(
      /^\[\(b'2 \(BODY\[TEXT\]<0> \{8\}', b'The next'\), b'\)', b'2 \(FLAGS \(/,
    ),
    String.raw`[b'1 (FLAGS (\\Flagged))']`,
    "[b'1'] [b'2']",
    "[b'1'] [b'2'] [b'1 2']",
    'OK',
    "OK [b'2', b'3']",
    String.raw`[b'1 (FLAGS (\\Flagged))', b'2 (FLAGS (\\Seen))', b'3 (FLAGS (\\Seen))']`,
    "[b'2']",
    expect.stringContaining('BODYSTRUCTURE ("TEXT" "PLAIN"'),
    'NO',
    'NO',
    'FETCH command error: BAD ',
    'FETCH command error: BAD ',
    'SEARCH command error: BAD ',
    'STORE command error: BAD ',
    'OK BYE',
    '',
  ]);
  expect(watched.faults).toEqual([]);
});
