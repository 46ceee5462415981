import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ftpDataAddress } from '../../../src-shared/protocols/ftp-address';
import { Talk } from '../../support/conversation';
import {
  lacks,
  openFolder,
  startDovecot,
  startExim,
  startVsftpd,
} from '../../support/real-servers';
import { tempFolder } from '../../support/temp-folder';
import { fields } from '../../support/tshark';
import { WatchedEngine } from '../../support/watched-engine';
import { CertificateShop } from '../../support/tls-certificates';

/** A server's certificate that its own user may read, and the authority that signed it. */
async function certified() {
  const shop = new CertificateShop(await openFolder());
  const server = shop.signed('server', 'IP:127.0.0.1');
  await chmod(server.key, 0o644);
  return { ca: shop.ca, server };
}

function secured(talk: Talk): [boolean | undefined, string | null | undefined] {
  return [talk.info.tls?.verified, talk.info.tls?.reason];
}

test('SMTP goes on in TLS with Exim', async ({ skip }) => {
  const reason = lacks('exim4', 'exim4-daemon-light');
  skip(reason !== null, reason ?? '');
  const { ca, server } = await certified();
  const talk = await Talk.dial('smtp', await startExim(server));
  await talk.hears(/^220/);
  expect(await talk.ask('EHLO', /^250/)).toContain('STARTTLS');
  await talk.ask('STARTTLS', /^220/);
  await talk.startTls(ca);
  expect(secured(talk)).toEqual([true, null]);
  const inTls = await talk.ask('EHLO', /^250/);
  expect(inTls).toContain('PIPELINING');
  expect(inTls).not.toContain('STARTTLS');
  await talk.ask('MAIL FROM', /^250/);
  await talk.ask('RCPT TO', /^250/);
  await talk.ask('DATA', /^354/);
  await talk.ask('message text', /^250/);
  await talk.ask('QUIT', /^221/);
  expect(talk.frames.filter(({ role }) => role === 'opaque')).toEqual([]);
});

test('POP3 and IMAP4 go on in TLS with Dovecot', async ({ skip }) => {
  const reason = lacks('dovecot', 'dovecot-imapd dovecot-pop3d', { root: true });
  skip(reason !== null, reason ?? '');
  const { ca, server } = await certified();
  const ports = await startDovecot(server);
  const pop = await Talk.dial('pop3', ports.pop3);
  await pop.hears(/^\+OK/);
  await pop.ask('STLS', /^\+OK/);
  await pop.startTls(ca);
  expect(secured(pop)).toEqual([true, null]);
  await pop.ask('USER', /^\+OK/);
  await pop.ask('PASS', /^\+OK/);
  await pop.ask('STAT', /^\+OK 0 0$/);
  await pop.ask('QUIT', /^\+OK/);

  const imap = await Talk.dial('imap4', ports.imap4);
  await imap.hears(/^\* OK .*STARTTLS/);
  await imap.ask('STARTTLS', /^a001 OK/);
  await imap.startTls(ca);
  expect(secured(imap)).toEqual([true, null]);
  await imap.ask('LOGIN', /^a002 OK/);
  await imap.ask('SELECT INBOX', /^a003 OK/);
  await imap.ask('LOGOUT', /^a004 OK/);
});

test('FTP goes on in TLS with vsftpd', async ({ skip }) => {
  const reason = lacks('vsftpd', 'vsftpd', { root: true });
  skip(reason !== null, reason ?? '');
  const { ca, server } = await certified();
  const talk = await Talk.dial('ftp', await startVsftpd(server));
  await talk.hears(/^220/);
  await talk.ask('AUTH TLS', /^234/);
  await talk.startTls(ca);
  expect(secured(talk)).toEqual([true, null]);
  await talk.ask('USER anonymous', /^331/);
  await talk.ask('PASS', /^230/);
  await talk.ask('SYST', /^215/);
  // RFC 4217 §9: the file over TLS too, which the server begins once it was asked for.
  await talk.ask('PBSZ 0', /^200/);
  await talk.ask('PROT P', /^200/);
  const passive = ftpDataAddress(await talk.ask('EPSV', /^229/));
  const files = new WatchedEngine();
  const path = join(await tempFolder(), 'data.pcapng');
  const file = files.open(`tls:127.0.0.1:${passive?.port ?? 0},ca=${ca}`, { path });
  await talk.ask('RETR', /^150/);
  await talk.hears(/^226/);
  const { tls, error } = await files.closed(file);
  expect([tls?.verified, error]).toEqual([true, null]);
  expect(files.bytes('in', file).toString()).toBe('Read me.\r\n');
  expect(fields(path, 'tcp.len > 0', 'tcp.payload').flat()).toEqual([
    Buffer.from('Read me.\r\n').toString('hex'),
  ]);
  await talk.ask('QUIT', /^221/);
});
