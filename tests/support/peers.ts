import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import { launchProgram, pythonCommand, type Program } from './program';

export type { Program };

/** Starts a program that is ended with the test, by its process id. */
export function startProgram(command: string, args: readonly string[] = []): Program {
  const program = launchProgram(command, args);
  onTestFinished(async () => {
    program.kill();
    await program.exited().catch(() => undefined);
  });
  return program;
}

/** Runs a Python program; `argv[1]` and on are `args`. Its output comes unbuffered. */
export function startPython(program: string, ...args: (string | number)[]): Program {
  return startProgram(...pythonCommand(program, args));
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
