import { expect, test } from 'vitest';
import { refusal } from '../../../src-shared/protocols/telnet';
import { Talk } from '../../support/conversation';
import { lacks, startTelnetd } from '../../support/real-servers';

const reason = lacks('telnetd', 'inetutils-telnetd');

test('Telnet with telnetd: options are decoded and refused, then text is sent back', async ({
  skip,
}) => {
  skip(reason !== null, reason ?? '');
  // The server goes on when each of its questions has an answer.
  const talk = await Talk.dial('telnet', await startTelnetd(), ({ role, bytes }) =>
    role === 'option' ? refusal(bytes[1] ?? 0, bytes[2] ?? 0) : null,
  );
  // What is typed before the terminal stands behind it may be thrown away.
  await talk.hears(/Linux/);
  await talk.send('help');
  await talk.hears(/help/);
  await talk.ask('IAC AYT', /yes/i);
  const first = talk.labels.filter((label) => label.startsWith('<')).slice(0, 5);
  expect(first.every((label) => /^< IAC (?:WILL|DO) [A-Z-]+$/.test(label))).toBe(true);
  expect(talk.labels).toContain('> IAC WONT TERMINAL-TYPE');
  expect(talk.labels).toContain('> help\\r\\n');
  expect(talk.labels).toContain('> IAC AYT');
});
