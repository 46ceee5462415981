import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleModule } from '../../support/bundle';
import { startProgram, startPython } from '../../support/peers';
import type { Program } from '../../support/peers';
import { capinfos, fields } from '../../support/tshark';
import { turnClock } from '../../support/turn-clock';

const folder = mkdtempSync(join(tmpdir(), 'wirebench-process-'));

/**
 * What Electron gives a utility process: `process.parentPort`, and with an attach message a port.
 * Here both are lines of JSON: standard input to the parent's port and, prefixed, to the window's.
 */
const STAND_IN = `
import { EventEmitter } from 'node:events';
import { createInterface } from 'node:readline';
const parent = new EventEmitter();
const port = new EventEmitter();
const say = (who) => (message) => console.log(who + JSON.stringify(message));
parent.postMessage = say('parent ');
port.postMessage = say('window ');
port.start = () => console.log('started');
process.parentPort = parent;
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'throw') setImmediate(() => { throw new Error('a bug of ours'); });
  else if (line === 'attach') parent.emit('message', { data: { type: 'attach' }, ports: [port] });
  else if (line === 'detach') port.emit('close');
  else if (line.startsWith('window ')) port.emit('message', { data: JSON.parse(line.slice(7)), ports: [] });
  else parent.emit('message', { data: JSON.parse(line), ports: [] });
});
await import('./module.mjs');
console.log('ready ' + process.pid);
`;

beforeAll(async () => {
  await bundleModule('src-main/engine/process.ts', folder);
  writeFileSync(join(folder, 'stand-in.mjs'), STAND_IN);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function startEngine(captures: string, through: readonly string[] = []): Promise<Program> {
  const [command = process.execPath, ...args] = [...through, process.execPath];
  const program = startProgram(command, [...args, join(folder, 'stand-in.mjs')]);
  await program.said(/ready \d+/);
  const params = { captureFolder: captures, captureLimitBytes: 2 ** 30 };
  ask(program, { id: 1, command: 'configure', params });
  await program.said(/parent \{"type":"result","id":1,/);
  return program;
}

function ask(program: Program, message: unknown, prefix = ''): void {
  program.write(`${prefix}${JSON.stringify(message)}\n`);
}

/** Opens a listener and sends it something. Returns the capture's path. */
async function recordOne(program: Program, captures: string): Promise<string> {
  program.write('attach\n');
  await program.said(/window \{"type":"update","update":\{"first":true/);
  const params = { address: 'tcp-listen:127.0.0.1:0' };
  ask(program, { id: 2, command: 'open', params }, 'window ');
  const [, port = ''] = await program.said(/"phase":"open".*"local":\{[^}]*"port":(\d+)/);
  const client = startPython(
    `
import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
s.sendall(b'hello')
sys.stdin.read()
`,
    port,
  );
  await program.said(/"receivedBytes":5,/);
  expect(client.stderr()).toBe('');
  const [name = ''] = readdirSync(captures).filter((file) => file.endsWith('.pcapng'));
  return join(captures, name);
}

function expectComplete(path: string): void {
  expect(capinfos(path).code).toBe(0);
  expect(fields(path, 'tcp.len > 0', 'tcp.payload')).toEqual([
    [Buffer.from('hello').toString('hex')],
  ]);
}

test('serves a window and its parent, each with its own commands', async () => {
  const captures = join(folder, 'serves');
  const program = await startEngine(captures);
  const path = await recordOne(program, captures);
  ask(program, { id: 3, command: 'capturePath', params: { socket: 1 } }, 'window ');
  await program.said(/window \{"type":"rejected","id":3,"error":\{"code":"ERR_BAD_COMMAND"/);
  ask(program, { id: 3, command: 'capturePath', params: { socket: 1 } });
  await program.said(/parent \{"type":"result","id":3,"result":\{"path":/);
  for (const garbage of [null, 1, 'x', [], { type: 'attach' }, { id: 'x' }]) ask(program, garbage);
  program.write('detach\n');
  // As from a terminal, which tells the parent too.
  program.kill('SIGINT');
  program.kill('SIGHUP');
  ask(program, { id: 4, command: 'shutdown', params: {} });
  await program.said(/parent \{"type":"result","id":4,/);
  expectComplete(path);
});

test('a bug of ours: what was recorded is closed, and the exit code says so', async () => {
  const captures = join(folder, 'bug');
  const program = await startEngine(captures);
  const path = await recordOne(program, captures);
  program.write('throw\n');
  expect(await program.exited()).toBe(70);
  expect(program.stderr()).toContain('a bug of ours');
  expectComplete(path);
  expect(readFileSync(path).includes('a bug of ours')).toBe(true);
});

test('its parent killed: it ends within 2 s, captures complete', async () => {
  const captures = join(folder, 'orphan');
  // The shell is the parent. The engine holds the pipes open, so they end when it does.
  const shell = ['sh', '-c', 'exec 3<&0; "$@" <&3 & wait', 'sh'];
  const program = await startEngine(captures, shell);
  const path = await recordOne(program, captures);
  const took = turnClock();
  program.kill('SIGKILL');
  expect(await program.exited()).toBeNull();
  expect(took()).toBeLessThan(2000);
  expectComplete(path);
});

test('asked to end by signal: everything is closed first', async () => {
  const captures = join(folder, 'signal');
  const program = await startEngine(captures);
  const path = await recordOne(program, captures);
  program.kill('SIGTERM');
  expect(await program.exited()).toBe(0);
  expectComplete(path);
});
