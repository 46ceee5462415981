import { expect, test } from 'vitest';
import { Talk } from '../../support/conversation';
import { lacks, startNews } from '../../support/real-servers';

const reason = lacks('snntpd', 'sn', { root: true });

test('NNTP with sn: an article is posted and read again', async ({ skip }) => {
  skip(reason !== null, reason ?? '');
  const talk = await Talk.dial('nntp', await startNews());
  await talk.hears(/^200/);
  await talk.ask('MODE READER', /^200/);
  await talk.ask('LIST', /^215/);
  await talk.ask('POST', /^340/);
  await talk.ask('article text', /^240/);
  const [, first = ''] = /^211 1 (\d+)/.exec(await talk.ask('GROUP', /^211/)) ?? [];
  const article = await talk.ask('ARTICLE', /^220/, `ARTICLE ${first}`);
  expect(article).toMatch(/^220 \d+ <.*> .*lines, \d+ bytes, ends with \.$/);
  await talk.ask('ARTICLE', /^4\d\d/, 'ARTICLE 9999');
  await talk.ask('CAPABILITIES', /^500/);
  await talk.ask('QUIT', /^205/);
  await talk.over();
  const said = talk.labels.filter((label) => label.startsWith('>'));
  expect(said).toEqual([
    '> MODE READER',
    '> LIST',
    '> POST',
    '> text “test”, 98 bytes, ends with .',
    '> GROUP local.test',
    `> ARTICLE ${first}`,
    '> ARTICLE 9999',
    '> CAPABILITIES',
    '> QUIT',
  ]);
  const roles = talk.frames.filter(({ direction }) => direction === 'in').map(({ role }) => role);
  expect(roles.map((role) => (role === 'block' ? 'block' : '-')).join(' ')).toBe(
    '- - block - - - block - - -',
  );
  const read = talk.frames.filter(({ role }) => role === 'block').at(-1);
  expect(Buffer.from(read?.bytes ?? []).toString()).toMatch(
    /\r\nSubject: test\r\n[^]*\r\n\r\nHello from a socket\.\r\n\.\r\n$/,
  );
});
