import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import { within } from './deadline';

/** A program a test talks to. Ended with the test, by its process id. */
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

export function startProgram(command: string, args: readonly string[] = []): Program {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const exit = once(child, 'close');
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
  // A program that has ended reads nothing any more: the test sees that by its exit.
  child.stdin.on('error', () => undefined);
  const kill = (signal: NodeJS.Signals = 'SIGKILL') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  };
  onTestFinished(async () => {
    kill();
    await exit.catch(() => undefined);
  });
  const stdout = () => Buffer.concat(out);
  const stderr = () => Buffer.concat(err).toString();
  const what = [command, ...args].join(' ').slice(0, 100);
  return {
    pid: child.pid ?? 0,
    stdout,
    stderr,
    write: (bytes) => child.stdin.write(bytes),
    end: () => child.stdin.end(),
    kill,
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

/** Runs a Python program; `argv[1]` and on are `args`. Its output comes unbuffered. */
export function startPython(program: string, ...args: (string | number)[]): Program {
  return startProgram('python3', ['-u', '-c', program, ...args.map(String)]);
}

/** A port nobody listens on, for programs that cannot tell which one the system chose for them. */
export async function freePort(transport: 'tcp' | 'udp', host: string): Promise<number> {
  if (transport === 'udp') {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4').bind(0, host);
    await once(socket, 'listening');
    const { port } = socket.address();
    await new Promise<void>((done) => socket.close(done));
    return port;
  }
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (typeof address === 'object' && address) return address.port;
  throw new Error('A TCP server has a port');
}
