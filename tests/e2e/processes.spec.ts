import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/electron-app';
import { enginePid, isRunning, processTree } from '../support/process-tree';
import { command } from './page-bridge';

// What happens when one of the processes dies or is ended. Linux: the processes are found in /proc.
test.skip(process.platform !== 'linux', 'reads /proc');

async function runningEngine(app: number): Promise<number> {
  await expect.poll(() => enginePid(app)).not.toBeNull();
  const pid = enginePid(app);
  if (pid === null) throw new Error('the engine has ended again');
  return pid;
}

/** Keeps all that main tells the page from now on; read it with `told`. */
async function listenToMain(page: Page): Promise<void> {
  await page.evaluate(() => {
    const told: unknown[] = [];
    Reflect.set(window, 'told', told);
    window.wirebench?.onEvent((event) => told.push(event));
  });
}

function told(page: Page): Promise<unknown> {
  return page.evaluate((): unknown => Reflect.get(window, 'told'));
}

/** Opens a listener as a user would; answers with its port number. */
async function listen(page: Page): Promise<number> {
  const bar = page.getByRole('textbox', { name: 'Address', exact: true });
  await bar.fill('tcp-listen:127.0.0.1:0');
  await bar.press('Enter');
  const sentence = page.getByText(/^Listening on 127\.0\.0\.1:\d+$/);
  await expect(sentence).toBeVisible();
  return Number(/\d+$/.exec((await sentence.textContent()) ?? '')?.[0]);
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Resolves with whether the other side ended in good order. */
async function ended(socket: Socket): Promise<'end' | 'error'> {
  socket.resume();
  return Promise.race([
    once(socket, 'end').then((): 'end' => 'end'),
    once(socket, 'error').then((): 'error' => 'error'),
  ]);
}

test('an engine that is killed is followed by a new one within 2 s', async ({ running }) => {
  const { page, pid, errors } = running;
  const first = await runningEngine(pid);
  await listenToMain(page);
  const at = performance.now();
  process.kill(first, 'SIGKILL');
  await expect
    .poll(() => told(page), { intervals: [50] })
    .toMatchObject([{ type: 'engine-exited', restarted: true }]);
  await expect.poll(() => enginePid(pid)).not.toBe(first);
  await runningEngine(pid);
  expect(performance.now() - at).toBeLessThan(2000);
  expect(await listen(page)).toBeGreaterThan(0);
  errors.splice(0);
});

test('a window that crashes comes back, and its sockets never went', async ({ running }) => {
  const { page, pid, app, errors } = running;
  test.skip(app === undefined, 'a packaged main process cannot be told to crash its window');
  const engine = await runningEngine(pid);
  const port = await listen(page);
  const socket = await dial(port);
  await Promise.all([
    page.waitForEvent('crash'),
    app?.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
    }),
  ]);
  const loaded = await app?.evaluate(
    ({ BrowserWindow }) =>
      new Promise<string>((done) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        const look = (): void => {
          if (!contents || contents.isCrashed() || contents.isLoading()) setTimeout(look, 20);
          else done(contents.getURL());
        };
        look();
      }),
  );
  expect(loaded).toBe('app://bundle/index.html');
  // The page asks for the engine's port when it has loaded, and is told of the socket that lived on.
  const shown = await app?.evaluate(({ BrowserWindow }, port): Promise<unknown> => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    if (!contents) throw new Error('the window is gone');
    return contents.executeJavaScript(
      `new Promise((done) => {
        const look = () =>
          document.body.innerText.includes('${port}') ? done(true) : setTimeout(look, 20);
        look();
      })`,
    );
  }, port);
  expect(shown).toBe(true);
  expect(enginePid(pid)).toBe(engine);
  expect(socket.destroyed).toBe(false);
  socket.destroy();
  errors.splice(0);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  test(`${signal} closes sockets in good order within 2 s`, async ({ running }) => {
    const { page, pid, errors } = running;
    const engine = await runningEngine(pid);
    const socket = await dial(await listen(page));
    const over = ended(socket);
    const at = performance.now();
    process.kill(pid, signal);
    expect(await over).toBe('end');
    await expect.poll(() => isRunning(engine)).toBe(false);
    expect(performance.now() - at).toBeLessThan(2500);
    socket.destroy();
    errors.splice(0);
  });

test('an engine whose app is killed ends within 2 s and closes its sockets', async ({
  running,
}) => {
  const { page, pid, errors } = running;
  const engine = await runningEngine(pid);
  const socket = await dial(await listen(page));
  const over = ended(socket);

  await test.step('while it hangs the window says so, and then how long that was', async () => {
    const word = page.getByRole('contentinfo', { name: 'Status' }).getByRole('status');
    process.kill(engine, 'SIGSTOP');
    await expect(word).toHaveText(/Engine silent since \d\d:\d\d:\d\d/, { timeout: 15_000 });
    process.kill(engine, 'SIGCONT');
    await expect(word).toHaveText(/Engine silent for [\d.]+ (s|min)/);
  });

  const at = performance.now();
  process.kill(pid, 'SIGKILL');
  await over;
  await expect.poll(() => isRunning(engine), { intervals: [50] }).toBe(false);
  expect(performance.now() - at).toBeLessThan(2000);
  errors.splice(0);
});

/** A capture with nothing in it: the two blocks every pcapng file begins with. */
function emptyCapture(): Buffer {
  const blocks = new Uint32Array([
    ...[0x0a0d0d0a, 28, 0x1a2b3c4d, 0x00000001, 0xffffffff, 0xffffffff, 28],
    ...[1, 20, 101, 0, 20],
  ]);
  return Buffer.from(blocks.buffer);
}

test('a second start brings the window to the front, opens a capture, and nothing else', async ({
  running,
}) => {
  const { page, app, userData, pid } = running;
  test.skip(app === undefined, 'needs the path of the runtime');
  const capture = join(userData, 'from-a-second-start.pcapng');
  await writeFile(capture, emptyCapture());
  const root = resolve(import.meta.dirname, '../..');
  const options = ['--remote-debugging-port=0', '--inspect=0', '--enable-blink-features=X'];
  const second = spawn(
    app?.process().spawnfile ?? '',
    [root, `--user-data-dir=${userData}`, ...options, capture],
    { stdio: 'ignore' },
  );
  expect(await once(second, 'exit')).toEqual([0, null]);
  await expect(page.getByRole('tab', { name: /from-a-second-start\.pcapng/ })).toBeVisible();
  expect(page.context().pages()).toHaveLength(1);
  for (const { command } of processTree(pid)) expect(command).not.toContain('blink-features=X');

  await test.step('a capture dropped on the window is opened; what the page makes up is not', async () => {
    const dropped = join(userData, 'dropped.pcapng');
    await writeFile(dropped, emptyCapture());
    const devtools = await page.context().newCDPSession(page);
    const data = { items: [], files: [dropped], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await devtools.send('Input.dispatchDragEvent', { type, x: 600, y: 300, data });
    await expect(page.getByRole('tab', { name: /dropped\.pcapng/ })).toBeVisible();
    const taken = await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'made-up.pcapng'));
      const bubbles = { bubbles: true, cancelable: true };
      return !document.body.dispatchEvent(new DragEvent('drop', { ...bubbles, dataTransfer }));
    });
    expect(taken).toBe(false);
  });
});

test('settings that were changed hold at the next start', async ({ running }) => {
  test.skip(running.app === undefined, 'a packaged main process cannot be asked');
  await command(running.page, 'changeSettings', { theme: 'dark', language: 'zh-CN' });
  await running.relaunch();
  const answer = await command(running.page, 'getSettings', {});
  expect(answer).toMatchObject({ ok: true, result: { theme: 'dark', language: 'zh-CN' } });
  const file: unknown = JSON.parse(readFileSync(join(running.userData, 'settings.json'), 'utf8'));
  expect(file).toMatchObject({ theme: 'dark', language: 'zh-CN' });
  // Asked of main: for the page the tests' driver feigns a light system.
  const dark = await running.app?.evaluate(({ nativeTheme }) => nativeTheme.shouldUseDarkColors);
  expect(dark).toBe(true);
  const labels = await running.app?.evaluate(({ Menu }) =>
    Menu.getApplicationMenu()?.items.map(({ label }) => label),
  );
  expect(labels).toEqual(['文件', '编辑', '视图', '帮助']);
});

test('the menu gives the window its commands', async ({ running }) => {
  const { page, app } = running;
  test.skip(app === undefined, 'the menus of a packaged app cannot be reached');
  await listenToMain(page);
  await app?.evaluate(({ Menu }) => {
    Menu.getApplicationMenu()?.getMenuItemById('palette')?.click();
  });
  await expect.poll(() => told(page)).toEqual([{ type: 'menu', command: 'palette' }]);
});

test('profiles go out to a folder and come back with new ids', async ({ running }) => {
  const { page, app } = running;
  test.skip(app === undefined, 'the dialogs of a packaged app cannot be answered');
  const folder = await mkdtemp(join(tmpdir(), 'wirebench-e2e-'));
  try {
    const profile = {
      version: 1,
      id: crypto.randomUUID(),
      name: 'PLC',
      folder: ['Plant'],
      address: 'tcp:127.0.0.1:502',
    };
    expect(await command(page, 'saveProfile', { profile })).toEqual({ ok: true, result: {} });
    await app?.evaluate(({ dialog }, folder) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [folder] });
      dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false });
    }, folder);
    const saved = await command(page, 'exportProfiles', { ids: [profile.id] });
    expect(saved).toEqual({ ok: true, result: { saved: folder, count: 1 } });
    const file = join(folder, 'Plant', `plc-${profile.id.slice(0, 8)}.wirebench.json`);
    expect(existsSync(file)).toBe(true);
    await writeFile(join(folder, 'bad.wirebench.json'), '{');

    const back = await command(page, 'importProfiles', {});
    expect(back).toMatchObject({
      ok: true,
      result: {
        imported: [{ name: 'PLC', folder: ['Plant'] }],
        problems: [{ file: join(folder, 'bad.wirebench.json') }],
      },
    });
    const all = await command(page, 'profiles', {});
    expect(all).toMatchObject({ result: { profiles: [{ name: 'PLC' }, { name: 'PLC' }] } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
