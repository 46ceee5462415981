import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

export const BUNDLE = resolve(import.meta.dirname, '../../../out/cli/wirebench.js');

if (!existsSync(BUNDLE)) throw new Error(`${BUNDLE} is missing: run npm run build`);

const DEADLINE_MS = 15_000;

/** A line of `--print json`. */
export interface Event {
  event: string;
  socket: string;
  at: string;
  parent?: string;
  kind?: string;
  local?: string;
  remote?: string;
  direction?: string;
  bytes?: number;
  hex?: string;
  peer?: string;
  error?: { code: string; errno?: number };
  [more: string]: unknown;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A program leads a process group of its own, so that a pipeline in it ends with it. */
function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // All of it has ended by itself.
  }
}

/** A program whose output is waited for, with a deadline; ended after the test if it still runs. */
export class Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  #wake: () => void = () => undefined;

  constructor(command: string, args: readonly string[], cwd?: string) {
    this.child = spawn(command, args, {
      stdio: 'pipe',
      detached: true,
      ...(cwd === undefined ? {} : { cwd }),
    });
    const { pid } = this.child;
    if (pid !== undefined) onTestFinished(() => endGroup(pid));
    this.child.stdout?.on('data', (bytes: Buffer) => {
      this.stdout += bytes.toString('latin1');
      this.#wake();
    });
    this.child.stderr?.on('data', (bytes: Buffer) => {
      this.stderr += bytes.toString();
      this.#wake();
    });
    this.child.stdin?.on('error', () => undefined);
    this.ended = new Promise((done) => {
      this.child.on('close', (code, signal) => {
        done({ code, signal, stdout: this.stdout, stderr: this.stderr });
        this.#wake();
      });
    });
  }

  /** What `find` makes of the output so far, as soon as it is not undefined. */
  async until<Found>(find: () => Found | undefined): Promise<Found> {
    const deadline = Date.now() + DEADLINE_MS;
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      const left = deadline - Date.now();
      if (left <= 0 || this.child.exitCode !== null)
        throw new Error(`it did not come; stdout:\n${this.stdout}\nstderr:\n${this.stderr}`);
      await new Promise<void>((wake) => {
        const timer = setTimeout(wake, left);
        this.#wake = () => {
          clearTimeout(timer);
          wake();
        };
      });
    }
  }

  write(bytes: string | Uint8Array): void {
    this.child.stdin?.write(bytes);
  }

  end(bytes?: string | Uint8Array): this {
    this.child.stdin?.end(bytes);
    return this;
  }
}

/** The built command line. */
export class Cli extends Program {
  constructor(args: readonly string[], cwd?: string) {
    super(process.execPath, [BUNDLE, ...args], cwd);
  }

  get events(): Event[] {
    return eventsOf(this.stdout.slice(0, this.stdout.lastIndexOf('\n') + 1));
  }

  event(matches: (event: Event) => boolean): Promise<Event> {
    return this.until(() => this.events.find(matches));
  }

  /** Of a listener or UDP socket with `--print json`: the port it really has. */
  async port(): Promise<number> {
    const open = await this.event(({ event, parent }) => event === 'open' && parent === undefined);
    return Number(/:(\d+)$/.exec(open.local ?? '')?.[1]);
  }
}

export function eventsOf(stdout: string): Event[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Event);
}

/** Runs it to its end with empty standard input. */
export function cli(...args: string[]): Promise<Ended> {
  return new Cli(args).end().ended;
}

/** What tshark says of a capture: these fields, one line a packet. */
export function tshark(file: string, fields: readonly string[], filter = ''): string[][] {
  const options = fields.flatMap((field) => ['-e', field]);
  const only = filter === '' ? [] : ['-Y', filter];
  const stdout = execFileSync('tshark', ['-r', file, ...only, '-T', 'fields', ...options], {
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
  }).toString();
  return stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split('\t'));
}

/** The payload bytes of all packets that match, in order, as hex. */
export function payloads(file: string, filter: string): string {
  return tshark(file, ['tcp.payload', 'udp.payload'], filter)
    .map((row) => row.join(''))
    .join('');
}

/** A folder of its own, gone after the file's tests. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wirebench-cli-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A port nobody listens on now; for programs that cannot tell which one the system chose. */
export async function freePort(): Promise<number> {
  const probe = new Cli(['listen', 'tcp-listen:127.0.0.1:0', '--print', 'json']);
  const port = await probe.port();
  probe.child.kill('SIGINT');
  await probe.ended;
  return port;
}
