import { expect, test } from 'vitest';
import { Talk } from '../../support/conversation';
import { lacks, startDovecot } from '../../support/real-servers';

const reason = lacks('dovecot', 'dovecot-imapd dovecot-pop3d', { root: true });

test('a message put in over IMAP4 and read over POP3, with Dovecot', async ({ skip }) => {
  skip(reason !== null, reason ?? '');
  const ports = await startDovecot();
  const imap = await Talk.dial('imap4', ports.imap4);
  await imap.hears(/^\* OK/);
  await imap.ask('CAPABILITY', /^a001 OK/);
  await imap.ask('LOGIN', /^a002 OK/);
  await imap.ask('LIST', /^a003 OK/);
  await imap.ask('SELECT INBOX', /^a004 OK/);
  await imap.ask('APPEND', /^\+ /);
  await imap.ask('literal', /^a005 OK/);
  await imap.ask('FETCH', /^a006 OK/);
  await imap.ask('IDLE', /^\+ /);
  await imap.ask('DONE', /^a007 OK/);
  await imap.ask('LOGOUT', /^a008 OK/);
  await imap.over();
  expect(imap.labels.filter((label) => label.startsWith('>'))).toEqual([
    '> a001 CAPABILITY',
    '> a002 LOGIN tester secret',
    '> a003 LIST "" "*"',
    '> a004 SELECT INBOX',
    '> a005 APPEND INBOX {22} ',
    '> a006 FETCH 1:* (FLAGS BODY[HEADER.FIELDS (SUBJECT)])',
    '> a007 IDLE',
    '> DONE',
    '> a008 LOGOUT',
  ]);
  const fetched = imap.frames.find(({ bytes }) =>
    /^\* 1 FETCH/.test(Buffer.from(bytes).toString()),
  );
  expect(Buffer.from(fetched?.bytes ?? []).toString()).toMatch(
    /^\* 1 FETCH \(FLAGS \([^)]*\) BODY\[HEADER\.FIELDS \(SUBJECT\)\] \{15\}\r\nSubject: hi\r\n\r\n\)\r\n$/,
  );

  const pop = await Talk.dial('pop3', ports.pop3);
  await pop.hears(/^\+OK/);
  const capabilities = await pop.ask('CAPA', /^\+OK/);
  expect(capabilities).toMatch(/^\+OK · \d+ lines, \d+ bytes, ends with \.$/);
  await pop.ask('USER', /^\+OK/);
  await pop.ask('PASS', /^\+OK/);
  await pop.ask('STAT', /^\+OK/);
  await pop.ask('LIST', /^\+OK/);
  await pop.ask('RETR 1', /^\+OK/);
  await pop.ask('TOP 1 0', /^\+OK/);
  await pop.ask('DELE 1', /^\+OK/);
  await pop.ask('QUIT', /^\+OK/);
  await pop.over();
  expect(pop.labels.slice(3)).toEqual([
    '> USER tester',
    '< +OK',
    '> PASS secret',
    '< +OK Logged in.',
    '> STAT',
    '< +OK 1 22',
    '> LIST',
    '< +OK 1 messages: · 1 line, 6 bytes, ends with .',
    '> RETR 1',
    '< +OK 22 octets · 3 lines, 22 bytes, ends with .',
    '> TOP 1 0',
    '< +OK · 2 lines, 15 bytes, ends with .',
    '> DELE 1',
    '< +OK Marked to be deleted.',
    '> QUIT',
    '< +OK Logging out, messages deleted.',
  ]);
});

test('IMAP4 with Dovecot: a literal that is refused is not waited for', async ({ skip }) => {
  skip(reason !== null, reason ?? '');
  const ports = await startDovecot();
  const talk = await Talk.dial('imap4', ports.imap4);
  await talk.hears(/^\* OK/);
  await talk.ask('LOGIN', /^a001 OK/);
  await talk.ask('APPEND', /^a002 NO/, 'a{{counter:03}} APPEND nowhere/no {22}');
  await talk.ask('LOGOUT', /^a003 OK/);
  expect(talk.labels.filter((label) => label.startsWith('>')).slice(1)).toEqual([
    '> a002 APPEND nowhere/no {22}',
    '> a003 LOGOUT',
  ]);
});
