import { chmod } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  lacks,
  openFolder,
  startDovecot,
  startExim,
  startVsftpd,
} from '../../support/real-servers';
import { CertificateShop } from '../../support/tls-certificates';
import { Cli, cli, eventsOf, freePort } from './run-cli';

async function certified() {
  const shop = new CertificateShop(await openFolder());
  const server = shop.signed('server', 'IP:127.0.0.1');
  await chmod(server.key, 0o644);
  return { ca: shop.ca, server };
}

/** Says one thing in TLS, and expects one thing. */
async function talks(port: number, starttls: string, say: string, expected: string) {
  const { code, stdout, stderr } = await cli(
    ...['connect', `tcp:127.0.0.1:${port}`, '--starttls', starttls, '--print', 'json'],
    ...['--send', say, '--expect', `text:${expected}`, '--timeout', '20s'],
  );
  const data = eventsOf(stdout).filter(({ event }) => event === 'data');
  return { code, stderr, last: Buffer.from(String(data.at(-1)?.['hex']), 'hex').toString() };
}

describe('a plain connection goes on in TLS', () => {
  test('with Exim', async ({ skip }) => {
    const reason = lacks('exim4', 'exim4-daemon-light');
    skip(reason !== null, reason ?? '');
    const { ca, server } = await certified();
    const port = await startExim(server);
    const said = await talks(port, `smtp,ca=${ca}`, 'EHLO me\\r\\n', 'PIPELINING');
    expect(said).toMatchObject({ code: 0, stderr: '' });
    expect(said.last).not.toContain('STARTTLS');
    const refused = await talks(port, 'smtp', 'EHLO me\\r\\n', 'PIPELINING');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('The authority that signed');
  });

  test('with Dovecot', async ({ skip }) => {
    const reason = lacks('dovecot', 'dovecot-imapd dovecot-pop3d', { root: true });
    skip(reason !== null, reason ?? '');
    const { ca, server } = await certified();
    const { pop3, imap4 } = await startDovecot(server);
    expect(await talks(pop3, `pop3,ca=${ca}`, 'CAPA\\r\\n', 'SASL')).toMatchObject({ code: 0 });
    expect(await talks(imap4, `imap4,ca=${ca}`, 'a1 NOOP\\r\\n', 'a1 OK')).toMatchObject({
      code: 0,
    });
  });

  test('with vsftpd', async ({ skip }) => {
    const reason = lacks('vsftpd', 'vsftpd', { root: true });
    skip(reason !== null, reason ?? '');
    const { ca, server } = await certified();
    const port = await startVsftpd(server);
    const ftp = await talks(port, `ftp,ca=${ca}`, 'USER anonymous\\r\\n', '331');
    expect(ftp).toMatchObject({
      code: 0,
    });
  });

  test('with our own news server', async () => {
    const { ca, server } = await certified();
    const port = await freePort();
    const address = `tcp-listen:127.0.0.1:${port},cert=${server.cert},key=${server.key}`;
    const listening = new Cli(['listen', address, '--nntp', '--print', 'json']);
    await listening.until(() => (listening.stdout.includes('"open"') ? true : undefined));
    expect(await talks(port, `nntp,ca=${ca}`, 'LIST\\r\\n', '215')).toMatchObject({ code: 0 });
    listening.child.kill('SIGINT');
    await listening.ended;
  });
});

test('a server that has no TLS is told with its own words', async () => {
  const port = await freePort();
  const listening = new Cli([
    'listen',
    `tcp-listen:127.0.0.1:${port}`,
    '--pop3',
    '--print',
    'json',
  ]);
  await listening.until(() => (listening.stdout.includes('"open"') ? true : undefined));
  const refused = await cli('connect', `tcp:127.0.0.1:${port}`, '--starttls', 'pop3');
  expect(refused.code).toBe(3);
  expect(refused.stderr).toMatch(/does not begin TLS: -ERR/);
  listening.child.kill('SIGINT');
  await listening.ended;
});

test.each([
  [['tcp:127.0.0.1:1', '--starttls', 'xmpp'], 'smtp, pop3, imap4, nntp, ftp'],
  [['tcp:127.0.0.1:1', '--starttls', 'smtp,backlog=3'], 'does not apply to tls'],
  [['tls:127.0.0.1:1', '--starttls', 'smtp'], '--starttls begins on tcp:'],
])('%j is a usage error', async (args, text) => {
  const { code, stderr } = await cli('connect', ...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(text)]);
});
