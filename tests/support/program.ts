import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { within } from './deadline';

/** A program a test talks to. */
export interface Program {
  readonly pid: number;
  /** What it has said so far. */
  readonly stdout: () => Buffer;
  readonly stderr: () => string;
  write(bytes: string | Uint8Array): void;
  /** Closes its standard input. */
  end(): void;
  kill(signal?: NodeJS.Signals): void;
  /** Resolves with the first match of what it says on either output. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** Its exit code; null when a signal ended it. */
  exited(ms?: number): Promise<number | null>;
}

/** Starts a program; whoever does ends it by its `kill`. */
export function launchProgram(command: string, args: readonly string[] = []): Program {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const exit = once(child, 'close');
  exit.catch(() => undefined);
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
  // A program that has ended reads nothing any more: the test sees that by its exit.
  child.stdin.on('error', () => undefined);
  const stdout = () => Buffer.concat(out);
  const stderr = () => Buffer.concat(err).toString();
  const what = [command, ...args].join(' ').slice(0, 100);
  return {
    pid: child.pid ?? 0,
    stdout,
    stderr,
    write: (bytes) => child.stdin.write(bytes),
    end: () => child.stdin.end(),
    kill: (signal = 'SIGKILL') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    },
    said: (pattern) =>
      within(
        new Promise((resolve) => {
          const look = () => {
            const match = pattern.exec(stdout().toString('latin1')) ?? pattern.exec(stderr());
            if (match) resolve(match);
          };
          child.stdout.on('data', look);
          child.stderr.on('data', look);
          look();
        }),
        `${String(pattern)} from ${what}`,
      ),
    exited: async (ms) => {
      const [code] = (await within(exit, `end of ${what}`, ms)) as [number | null];
      return code;
    },
  };
}

/** What runs a Python program whose output comes unbuffered; `argv[1]` and on are `args`. */
export function pythonCommand(
  program: string,
  args: readonly (string | number)[],
): [command: string, args: string[]] {
  return ['python3', ['-u', '-c', program, ...args.map(String)]];
}
