import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/electron-app';
import { MainProcess } from '../support/main-process';
import { enginePid } from '../support/process-tree';
import { Workbench } from '../support/workbench';
import { command } from './page-bridge';

const CANARY = 'S3CR3T-4f1b7c90-canary';

declare global {
  interface Window {
    /** All that came into the page since it was loaded, as text. */
    heard?: string[];
  }
}

/** From the next load on the page notes every message that reaches it, whichever way. */
async function listenIn(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const heard: string[] = [];
    window.heard = heard;
    const note = (event: MessageEvent): void => {
      heard.push(JSON.stringify(event.data) ?? '');
      // The engine's port comes this way; the page's own listener is added to ours.
      for (const port of event.ports) port.addEventListener('message', note);
    };
    window.addEventListener('message', note, true);
  });
  await page.reload();
}

/** Everything in the folder, each file's name and bytes, also as UTF-16 would have them. */
function everything(folder: string): { name: string; bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((name) => ({ name, bytes: readFileSync(name) }));
}

function filesWith(folder: string, text: string): string[] {
  const forms = [Buffer.from(text), Buffer.from(text, 'utf16le'), Buffer.from(btoa(text))];
  return everything(folder)
    .filter(({ bytes }) => forms.some((form) => bytes.includes(form)))
    .map(({ name }) => name);
}

test('a secret opens a key, and stands in no file, message or log', async ({
  running,
  peers,
  folder,
}) => {
  test.skip(running.app === undefined, 'no dialog of a packaged app can be answered');
  test.skip(process.platform !== 'linux', 'the engine is found in /proc');
  const bench = new Workbench(running);
  const main = new MainProcess(running);
  const { page } = running;
  const certificates = join(folder, 'certificates');
  await listenIn(page);
  await expect(bench.addressBar).toBeVisible();
  const answers: unknown[] = [];
  const ask = async (name: string, params: unknown): Promise<unknown> => {
    const answer = await command(page, name, params);
    answers.push(answer);
    return answer;
  };

  await test.step('certificates are made where the dialog says', async () => {
    await main.answerDialogs({ open: [certificates] });
    const request = {
      ...{ kinds: ['ca', 'server'], names: ['localhost'], addresses: ['127.0.0.1'] },
      ...{ days: 1, key: 'ec', overwrite: false },
    };
    expect(await ask('makeCertificates', request)).toMatchObject({
      ok: true,
      result: { folder: certificates, files: [{ kind: 'ca' }, { kind: 'server' }] },
    });
    expect(await ask('makeCertificates', request)).toMatchObject({
      ok: false,
      error: { code: 'EEXIST' },
    });
  });
  const file = (name: string) => join(certificates, name);
  execFileSync('openssl', [
    ...['pkey', '-in', file('server-key.pem'), '-out', file('locked.pem'), '-aes256'],
    ...['-passout', `pass:${CANARY}`],
  ]);

  // No keyring runs where the tests do: what is given holds for this run.
  const kept = 'this-run';
  expect(await ask('setSecret', { name: 'server-key', value: CANARY })).toEqual({
    ok: true,
    result: { names: ['server-key'], unreadable: [], kept },
  });
  expect(await ask('setSecret', { name: 'bad name', value: CANARY })).toMatchObject({ ok: false });
  expect(await ask('setSecret', { name: 'x', value: CANARY.repeat(999) })).toMatchObject({
    ok: false,
  });

  const address = `tls-listen:127.0.0.1:0,cert=${file('server.pem')},key=${file('locked.pem')},passphrase=secret:server-key`;
  const handshake = async (): Promise<void> => {
    const port = await bench.port();
    const client = peers.start(
      'openssl',
      ...['s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', file('ca.pem')],
      '-verify_return_error',
    );
    await client.said(/Verify return code: 0 \(ok\)/);
    client.end();
  };
  await test.step('the engine has it', async () => {
    await bench.open(address);
    await handshake();
  });

  await test.step('and the engine after it', async () => {
    const first = enginePid(running.pid);
    expect(first).not.toBeNull();
    process.kill(first ?? 0, 'SIGKILL');
    await expect.poll(() => enginePid(running.pid)).not.toBe(first);
    await expect.poll(() => enginePid(running.pid)).not.toBeNull();
    running.errors.splice(0);
    await bench.open(address);
    await handshake();
  });

  await test.step('a profile holds the reference', async () => {
    const profile = {
      ...{ version: 1, id: crypto.randomUUID(), name: 'With a secret', folder: [], address },
    };
    expect(await ask('saveProfile', { profile })).toMatchObject({ ok: true });
  });

  const heard = await page.evaluate(() => window.heard ?? []);
  expect(heard.length).toBeGreaterThan(0);
  expect(heard.join('\n')).toContain('secret:server-key');
  expect(heard.join('\n')).not.toContain(CANARY);
  expect(JSON.stringify(answers)).not.toContain(CANARY);
  expect(await page.content()).not.toContain(CANARY);
  expect(running.log.join('\n')).not.toContain(CANARY);
  expect(await ask('deleteSecret', { name: 'server-key' })).toEqual({
    ok: true,
    result: { names: [], unreadable: [], kept },
  });
  await running.close();
  expect(filesWith(running.userData, 'secret:server-key').length).toBeGreaterThan(1);
  expect(filesWith(running.userData, CANARY)).toEqual([]);
});
