import { spawnSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { launchProgram, pythonCommand, type Program } from './program';

/** Why a test can make no network of its own; null when it can. */
export const noNetworks = reason();

function reason(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const name = `wb-probe-${process.pid}`;
  const made = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
  if (made.error) return 'no ip (Debian: iproute2)';
  if (made.status !== 0) return `ip netns add: ${made.stderr.trim()}`;
  spawnSync('ip', ['netns', 'del', name]);
  return null;
}

let made = 0;

/** A cable from this computer to another one, which is a network namespace. */
export interface Link {
  /** Our interface. */
  readonly name: string;
  readonly address: string;
  readonly address6: string;
  readonly broadcast: string;
  readonly peer: string;
  readonly peer6: string;
  readonly peerName: string;
  /** The name of the namespace. */
  readonly there: string;
  /** `ip` on our side. */
  ip(...args: string[]): string;
  /** A program on the other computer, ended with the test. */
  start(command: string, ...args: string[]): Program;
  python(program: string, ...args: (string | number)[]): Program;
}

/** Makes a link and removes it with the test. Numbered, so that a test may have several. */
export function makeLink(): Link {
  made += 1;
  const tag = `${process.pid % 10_000}${String.fromCharCode(97 + (made % 26))}`;
  const third = (process.pid * 7 + made) % 250;
  const second = 200 + (process.pid % 50);
  const there = `wb${tag}`;
  const name = `wbh${tag}`;
  const peerName = `wbp${tag}`;
  const net = `10.${second}.${third}`;
  const net6 = `fd57:${process.pid.toString(16).slice(-4)}:${made.toString(16)}`;
  run('ip', 'netns', 'add', there);
  onTestFinished(() => {
    // Our end goes with the other one.
    spawnSync('ip', ['link', 'del', name]);
    spawnSync('ip', ['netns', 'del', there]);
  });
  run('ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', peerName, 'netns', there);
  run('ip', 'addr', 'add', `${net}.1/24`, 'brd', '+', 'dev', name);
  run('ip', 'addr', 'add', `${net6}::1/64`, 'dev', name, 'nodad');
  run('ip', 'link', 'set', name, 'up');
  const inside = (...args: string[]) => run('ip', 'netns', 'exec', there, 'ip', ...args);
  inside('addr', 'add', `${net}.2/24`, 'brd', '+', 'dev', peerName);
  inside('addr', 'add', `${net6}::2/64`, 'dev', peerName, 'nodad');
  inside('link', 'set', peerName, 'up');
  inside('link', 'set', 'lo', 'up');
  inside('route', 'add', 'default', 'via', `${net}.1`);
  const start = (command: string, ...args: string[]) => {
    const program = launchProgram('ip', ['netns', 'exec', there, command, ...args]);
    onTestFinished(async () => {
      program.kill();
      await program.exited().catch(() => undefined);
    });
    return program;
  };
  return {
    name,
    address: `${net}.1`,
    address6: `${net6}::1`,
    broadcast: `${net}.255`,
    peer: `${net}.2`,
    peer6: `${net6}::2`,
    peerName,
    there,
    ip: (...args) => run('ip', ...args),
    start,
    python: (program, ...args) => {
      const [command, rest] = pythonCommand(program, args);
      return start(command, ...rest);
    },
  };
}

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}
