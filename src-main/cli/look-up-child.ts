import { spawn } from 'node:child_process';
import { askHere } from '../engine/sockets/look-ups';
import type { Asker } from '../engine/sockets/look-ups';

/** Runs in the child: asks the system and writes the answer as JSON. */
const SCRIPT = `
const { lookup, lookupService } = require('node:dns');
const [host, family] = process.argv.slice(1);
const told = (error, found) => {
  const { code, errno, syscall, message } = error ?? {};
  process.stdout.write(JSON.stringify(error ? { error: { code, errno, syscall, message } } : { found }));
};
if (family === 'name') lookupService(host, 0, (error, name) => told(error, [name]));
else
  lookup(host, { all: true, family: Number(family) }, (error, found) =>
    told(error, found?.map(({ address }) => address)),
  );
`;

/** What such a child may write. */
const MAX_ANSWER = 1024 * 1024;

/**
 * Asks for a name in a process of its own. getaddrinfo(3) cannot be cancelled, and the end of a process
 * waits for it: with a silent name server a command that is over would stay for another 10 s. It takes
 * some 40 ms to start; this computer's own name needs no server, and none of that.
 */
export const askInChild: Asker = (question, answer) => {
  const { host, family } = question;
  if (/^(?:.+\.)?localhost\.?$/i.test(host)) {
    askHere(question, answer);
    return;
  }
  const child = spawn(process.execPath, ['-e', SCRIPT, '--', host, String(family ?? 'name')], {
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  });
  const end = () => {
    child.kill('SIGKILL');
  };
  process.once('exit', end);
  let told = '';
  child.stdout.on('data', (bytes: Buffer) => {
    if (told.length < MAX_ANSWER) told += bytes.toString();
  });
  child.once('error', (error) => {
    process.off('exit', end);
    answer(error, []);
  });
  child.once('close', (code) => {
    process.off('exit', end);
    if (code === null && told === '') return;
    const { error, found } = read(told);
    answer(error, found);
  });
};

function read(told: string): { error: NodeJS.ErrnoException | null; found: string[] } {
  try {
    const parsed: unknown = JSON.parse(told);
    const of = typeof parsed === 'object' && parsed !== null ? parsed : {};
    const error: unknown = Reflect.get(of, 'error');
    const found: unknown = Reflect.get(of, 'found');
    if (typeof error !== 'object' || error === null) return { error: null, found: textsIn(found) };
    const message: unknown = Reflect.get(error, 'message');
    return { error: Object.assign(new Error(String(message)), error), found: [] };
  } catch {
    const text = 'the process that asked for the name ended without an answer';
    const error = Object.assign(new Error(text), { code: 'EAI_FAIL', syscall: 'getaddrinfo' });
    return { error, found: [] };
  }
}

function textsIn(found: unknown): string[] {
  const list: unknown[] = Array.isArray(found) ? found : [];
  return list.filter((one) => typeof one === 'string');
}
