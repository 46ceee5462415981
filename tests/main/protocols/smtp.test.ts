import { expect, test } from 'vitest';
import { dotStuff } from '../../../src-shared/protocols/dot-stuffing';
import { Talk } from '../../support/conversation';
import { lacks, startExim } from '../../support/real-servers';

const reason = lacks('exim4', 'exim4-daemon-light');

test('SMTP with Exim: a message is taken, a recipient elsewhere is not', async ({ skip }) => {
  skip(reason !== null, reason ?? '');
  const talk = await Talk.dial('smtp', await startExim());
  await talk.hears(/^220/);
  const extensions = await talk.ask('EHLO', /^250/);
  expect(extensions).toMatch(/^250 mx\.example\.com Hello .* · SIZE \d+ · .*PIPELINING · .*HELP$/);
  await talk.ask('MAIL FROM', /^250/);
  await talk.ask('RCPT TO', /^550/, 'RCPT TO:<user@elsewhere.example>');
  await talk.ask('RCPT TO', /^250/);
  await talk.ask('DATA', /^354/);
  await talk.ask('message text', /^250/);
  await talk.ask('RSET', /^250/);
  await talk.ask('QUIT', /^221/);
  await talk.over();
  expect(talk.labels.filter((label) => !/^< (?:220|250 mx|250 OK id|221)/.test(label))).toEqual([
    '> EHLO localhost',
    '> MAIL FROM:<tester@example.com>',
    '< 250 OK',
    '> RCPT TO:<user@elsewhere.example>',
    '< 550 not ours',
    '> RCPT TO:<user@example.com>',
    '< 250 Accepted',
    '> DATA',
    expect.stringMatching(/^< 354 Enter message/),
    '> text “test”, 87 bytes, ends with .',
    '> RSET',
    '< 250 Reset OK',
    '> QUIT',
  ]);
});

test('SMTP with Exim: several commands at once, and a text with lines of dots', async ({
  skip,
}) => {
  skip(reason !== null, reason ?? '');
  const talk = await Talk.dial('smtp', await startExim());
  await talk.hears(/^220/);
  await talk.ask('EHLO', /^250/);
  const group = 'MAIL FROM:<a@example.com>\\r\\nRCPT TO:<b@example.com>\\r\\nDATA';
  await talk.ask('MAIL FROM', /^354/, group);
  const text = dotStuff(Buffer.from('Subject: dots\r\n\r\n.\r\n..\r\nend'));
  await talk.sendBytes(text);
  await talk.hears(/^250 OK id/);
  await talk.ask('QUIT', /^221/);
  expect(talk.frames.filter(({ role }) => role === 'data').map(({ bytes }) => bytes)).toEqual([
    text,
  ]);
  expect(talk.labels.filter((label) => label.startsWith('>'))).toEqual([
    '> EHLO localhost',
    '> MAIL FROM:<a@example.com>',
    '> RCPT TO:<b@example.com>',
    '> DATA',
    '> text “dots”, 31 bytes, ends with .',
    '> QUIT',
  ]);
});
