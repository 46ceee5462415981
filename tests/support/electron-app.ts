import {
  test as base,
  chromium,
  _electron,
  type ElectronApplication,
  type Page,
  type TestInfo,
} from '@playwright/test';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { launchProgram, pythonCommand, type Program } from './program';

const root = resolve(import.meta.dirname, '../..');

/**
 * Set to a packaged executable to test that instead of the built folder.
 * @public
 */
export const packagedExecutable = process.env['E2E_EXECUTABLE'];

/**
 * Root cannot have Chromium's sandbox; scripts/e2e.mjs therefore runs the tests as another user.
 * @public
 */
export const osSandbox = !(process.platform === 'linux' && process.getuid?.() === 0);

interface Launched {
  page: Page;
  app: ElectronApplication | undefined;
  pid: number;
  close: () => Promise<void>;
}

interface LaunchOptions {
  userData: string;
  args: string[];
  env: Record<string, string>;
  /** What the app's processes write, for the report of a failed test. */
  log: string[];
}

function environment(extra: Record<string, string>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && name !== 'NODE_OPTIONS') env[name] = value;
  // The same language on every machine; a test of another one says so.
  return { ...env, LANG: 'en_US.UTF-8', LANGUAGE: 'en', ...extra };
}

async function launchFolder({ userData, args, env, log }: LaunchOptions): Promise<Launched> {
  const app = await _electron.launch({
    args: [root, `--user-data-dir=${userData}`, ...args],
    cwd: root,
    env: environment(env),
    chromiumSandbox: osSandbox,
  });
  const child = app.process();
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on('line', (line) => log.push(line));
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const page = await app.firstWindow();
  const close = async (): Promise<void> => {
    // A test may have killed the app: closing that one would wait for an answer forever.
    if (child.exitCode === null && child.signalCode === null)
      await Promise.race([app.close(), exited]);
    await exited;
  };
  return { app, page, pid: child.pid ?? 0, close };
}

/**
 * A packaged app has its inspect fuse off, so that `_electron.launch` cannot attach to its main
 * process; its pages still answer on a DevTools port.
 */
async function launchPackaged(executable: string, options: LaunchOptions): Promise<Launched> {
  const { userData, args, env, log } = options;
  const child = spawn(
    executable,
    [
      ...(osSandbox ? [] : ['--no-sandbox']),
      '--remote-debugging-port=0',
      `--user-data-dir=${userData}`,
      ...args,
    ],
    { env: environment(env), stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const endpoint = await new Promise<string>((found, failed) => {
    child.once('error', failed);
    createInterface({ input: child.stderr }).on('line', (line) => {
      log.push(line);
      const address = /^DevTools listening on (ws:\/\/\S+)$/.exec(line)?.[1];
      if (address) found(address);
    });
    void exited.then(() => failed(new Error(`the app ended:\n${log.join('\n')}`)));
  });
  const browser = await chromium.connectOverCDP(endpoint);
  const [context] = browser.contexts();
  if (!context) throw new Error('the packaged app has no browser context');
  const page = context.pages()[0] ?? (await context.waitForEvent('page'));
  const close = async (): Promise<void> => {
    await browser.close();
    child.kill();
    await exited;
  };
  return { app: undefined, page, pid: child.pid ?? 0, close };
}

/** The app in a window of its own, with its own user data. */
export class RunningApp {
  /** Errors of the page and its console; a test that means to cause some empties it. */
  readonly errors: string[] = [];
  readonly log: string[] = [];
  readonly userData: string;
  readonly #args: string[];
  readonly #env: Record<string, string>;
  #launched: Launched | undefined;

  constructor(userData: string, args: string[], env: Record<string, string>) {
    this.userData = userData;
    this.#args = args;
    this.#env = env;
  }

  get #current(): Launched {
    if (!this.#launched) throw new Error('the app is closed');
    return this.#launched;
  }

  /** The first window. Another object after `relaunch`. */
  get page(): Page {
    return this.#current.page;
  }

  /** The main process; undefined in a packaged app, where only the page can be driven. */
  get app(): ElectronApplication | undefined {
    return this.#current.app;
  }

  /** Of the main process. */
  get pid(): number {
    return this.#current.pid;
  }

  async launch(): Promise<void> {
    const options = {
      userData: this.userData,
      args: this.#args,
      env: this.#env,
      log: this.log,
    };
    this.#launched = await (packagedExecutable
      ? launchPackaged(packagedExecutable, options)
      : launchFolder(options));
    const { page } = this.#launched;
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
    // Until all is loaded, main collects its garbage, and with it what a test asked of it.
    await page.locator('.window[aria-busy=false]').waitFor({ state: 'attached' });
  }

  /** Ends the app as its user would and waits until it is gone. Nothing to do after a crash. */
  async close(): Promise<void> {
    const launched = this.#launched;
    this.#launched = undefined;
    await launched?.close();
  }

  /** Ends it and starts it again with the same user data. */
  async relaunch(): Promise<void> {
    await this.close();
    await this.launch();
  }
}

/** Programs a test talks to; they end with it. */
export class Peers {
  readonly #started: Program[] = [];

  start(command: string, ...args: string[]): Program {
    const program = launchProgram(command, args);
    this.#started.push(program);
    return program;
  }

  /** `argv[1]` and on are `args`; its output comes unbuffered. */
  python(program: string, ...args: (string | number)[]): Program {
    const [command, all] = pythonCommand(program, args);
    return this.start(command, ...all);
  }

  async end(): Promise<void> {
    for (const program of this.#started) program.kill();
    await Promise.all(this.#started.map((program) => program.exited().catch(() => undefined)));
  }
}

/** Starts it, hands it to `use`, ends it and its user data. The errors of its page to the end. */
async function withApp(
  args: string[],
  env: Record<string, string>,
  use: (running: RunningApp) => Promise<void>,
): Promise<string[]> {
  const userData = await mkdtemp(join(tmpdir(), 'wirebench-e2e-'));
  const running = new RunningApp(userData, args, env);
  try {
    await running.launch();
    await use(running);
  } finally {
    await running.close();
    await rm(userData, { recursive: true, force: true });
  }
  return running.errors;
}

/** Hands it to the test; a test that fails leaves its evidence, and so does an error on the page. */
async function useInTest(
  running: RunningApp,
  use: (running: RunningApp) => Promise<void>,
  info: TestInfo,
): Promise<void> {
  try {
    await use(running);
  } finally {
    if (info.status !== info.expectedStatus) await attachEvidence(running, info);
  }
}

interface Fixtures {
  /** More arguments and variables for the app: `test.use({ appArgs: […] })`. */
  appArgs: string[];
  appEnv: Record<string, string>;
  running: RunningApp;
  peers: Peers;
  /** A folder of the test's own, gone when it is finished. */
  folder: string;
}

export const test = base.extend<Fixtures>({
  appArgs: [[], { option: true }],
  appEnv: [{}, { option: true }],
  // Playwright demands the pattern, even where no other fixture is used.
  // eslint-disable-next-line no-empty-pattern
  peers: async ({}, use) => {
    const peers = new Peers();
    await use(peers);
    await peers.end();
  },
  // eslint-disable-next-line no-empty-pattern
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'wirebench-test-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
  running: async ({ appArgs, appEnv }, use, info) => {
    const errors = await withApp(appArgs, appEnv, (running) => useInTest(running, use, info));
    base.expect(errors, 'errors on the page').toEqual([]);
  },
});

/**
 * For tests that leave the app as it was: one app for all of a file, its page loaded anew for each.
 * After a test that failed there is a new app. `appArgs` and `appEnv` mean nothing here.
 */
export const testOnNewPage = test.extend<object, { shared: RunningApp }>({
  shared: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      await withApp([], {}, use);
    },
    { scope: 'worker' },
  ],
  running: async ({ shared }, use, info) => {
    await shared.page.reload();
    await useInTest(shared, use, info);
    base.expect(shared.errors.splice(0), 'errors on the page').toEqual([]);
  },
});

async function attachEvidence(running: RunningApp, info: TestInfo) {
  await info.attach('output', { body: running.log.join('\n'), contentType: 'text/plain' });
  try {
    const body = await running.page.screenshot({ path: info.outputPath('window.png') });
    await info.attach('window', { body, contentType: 'image/png' });
  } catch {
    // Closed or crashed: there is no window to show.
  }
}

export const expect = test.expect;
