import { spawn } from 'node:child_process';
import { lookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import type { Asker } from '../engine/sockets/look-ups';

/** Runs in the child: asks the system and writes the answer as JSON. */
const SCRIPT = `
const [host, family] = process.argv.slice(1);
require('node:dns').lookup(host, { all: true, family: Number(family) }, (error, addresses) => {
  const { code, errno, syscall, message } = error ?? {};
  process.stdout.write(JSON.stringify(error ? { error: { code, errno, syscall, message } } : { addresses }));
});
`;

/** What such a child may write. */
const MAX_ANSWER = 1024 * 1024;

/**
 * Asks for a name in a process of its own. getaddrinfo(3) cannot be cancelled, and the end of a process
 * waits for it: with a silent name server a command that is over would stay for another 10 s. It takes
 * some 40 ms to start; this computer's own name needs no server, and none of that.
 */
export const askInChild: Asker = (host, family, answer) => {
  if (/^(?:.+\.)?localhost\.?$/i.test(host)) {
    lookup(host, { all: true, family }, answer);
    return;
  }
  const child = spawn(process.execPath, ['-e', SCRIPT, '--', host, String(family)], {
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
    const { error, addresses } = read(told);
    answer(error, addresses);
  });
};

function read(told: string): { error: NodeJS.ErrnoException | null; addresses: LookupAddress[] } {
  try {
    const parsed: unknown = JSON.parse(told);
    const of = typeof parsed === 'object' && parsed !== null ? parsed : {};
    const error: unknown = Reflect.get(of, 'error');
    const found: unknown = Reflect.get(of, 'addresses');
    if (typeof error !== 'object' || error === null)
      return { error: null, addresses: addressesIn(found) };
    const message: unknown = Reflect.get(error, 'message');
    return { error: Object.assign(new Error(String(message)), error), addresses: [] };
  } catch {
    const text = 'the process that asked for the name ended without an answer';
    const error = Object.assign(new Error(text), { code: 'EAI_FAIL', syscall: 'getaddrinfo' });
    return { error, addresses: [] };
  }
}

function addressesIn(found: unknown): LookupAddress[] {
  const list: unknown[] = Array.isArray(found) ? found : [];
  return list.flatMap((one) => {
    if (typeof one !== 'object' || one === null) return [];
    const address: unknown = Reflect.get(one, 'address');
    const family: unknown = Reflect.get(one, 'family');
    return typeof address === 'string' && typeof family === 'number' ? [{ address, family }] : [];
  });
}
