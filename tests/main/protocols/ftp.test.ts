import { expect, test } from 'vitest';
import { ftpDataAddress, ftpPortCommand } from '../../../src-shared/protocols/ftp-address';
import { Talk } from '../../support/conversation';
import { lacks, startVsftpd } from '../../support/real-servers';
import { WatchedEngine } from '../../support/watched-engine';

const reason = lacks('vsftpd', 'vsftpd', { root: true });

async function loggedIn(port: number): Promise<Talk> {
  const talk = await Talk.dial('ftp', port);
  await talk.hears(/^220/);
  await talk.ask('USER anonymous', /^331/);
  await talk.ask('PASS', /^230/);
  await talk.ask('TYPE I', /^200/);
  return talk;
}

test('FTP with vsftpd: a file over a data connection that we open', async ({ skip }) => {
  skip(reason !== null, reason ?? '');
  const talk = await loggedIn(await startVsftpd());
  await talk.ask('SYST', /^215/);
  const features = await talk.ask('FEAT', /^211/);
  expect(features).toMatch(/^211 Features: · .*EPSV · .*End$/);

  const passive = ftpDataAddress(await talk.ask('PASV', /^227/));
  expect(passive?.host).toBe('127.0.0.1');
  const files = new WatchedEngine();
  const file = files.open(`tcp:127.0.0.1:${passive?.port ?? 0}`);
  await talk.ask('RETR', /^150/);
  await talk.hears(/^226/);
  await files.closed(file);
  expect(files.bytes('in', file).toString()).toBe('Read me.\r\n');

  const extended = ftpDataAddress(await talk.ask('EPSV', /^229/));
  expect(extended?.host).toBeNull();
  const list = files.open(`tcp:127.0.0.1:${extended?.port ?? 0}`);
  await talk.ask('LIST', /^150/);
  await talk.hears(/^226/);
  await files.closed(list);
  expect(files.bytes('in', list).toString()).toMatch(/readme\.txt\r\n$/);

  await talk.ask('QUIT', /^221/);
  await talk.over();
  const said = talk.labels.filter((label) => !/^< (?:211|22[79]|150|226)/.test(label));
  expect(said).toEqual([
    talk.labels[0],
    '> USER anonymous',
    '< 331 Please specify the password.',
    '> PASS guest@example.com',
    '< 230 Login successful.',
    '> TYPE I',
    '< 200 Switching to Binary mode.',
    '> SYST',
    '< 215 UNIX Type: L8',
    '> FEAT',
    '> PASV',
    '> RETR readme.txt',
    '> EPSV',
    '> LIST',
    '> QUIT',
    '< 221 Goodbye.',
  ]);
});

test('FTP with vsftpd: a file over a data connection that the server opens', async ({ skip }) => {
  skip(reason !== null, reason ?? '');
  const talk = await loggedIn(await startVsftpd());
  const files = new WatchedEngine();
  const listener = await files.opened('tcp-listen:127.0.0.1:0');
  const command = ftpPortCommand('127.0.0.1', listener.local?.port ?? 0);
  await talk.ask('PORT', /^200/, command);
  await talk.ask('RETR', /^150/);
  await talk.hears(/^226/);
  const file = await files.child(listener.id);
  await files.until(file.id, ({ peerEnded }) => peerEnded, 'end of the file');
  expect(files.bytes('in', file.id).toString()).toBe('Read me.\r\n');
  await talk.ask('QUIT', /^221/);
});
