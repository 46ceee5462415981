import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { MAX_NEIGHBOURS } from '../../../src-shared/contract/network';
import type { Neighbour } from '../../../src-shared/contract/network';
import type { ResultOf } from '../../../src-shared/contract/engine';
import {
  readBsdArp,
  readBsdNdp,
  readIpNeigh,
  readProcArp,
  readWindowsArp,
} from './neighbour-tables';

/** They only print a table; one that hangs is ended. */
const LIMIT_MS = 3000;
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

/** Being read, for all who ask meanwhile: a program is started for it. */
let reading: Promise<Table> | null = null;

/**
 * The table of who was seen on our links, from the system's own program: no call of Node tells it.
 * Sends nothing; never rejects.
 */
export async function neighbours(): Promise<ResultOf<'neighbours'>> {
  reading ??= readTable().finally(() => {
    reading = null;
  });
  const { found: all, reason } = await reading;
  // A sweep leaves a line of everybody who did not answer; who did stands first.
  const found = [...all].sort((a, b) => Number(a.mac === null) - Number(b.mac === null));
  if (found.length <= MAX_NEIGHBOURS) return { neighbours: found, reason };
  return { neighbours: found.slice(0, MAX_NEIGHBOURS), reason: 'too-many' };
}

interface Table {
  found: Neighbour[];
  reason: ResultOf<'neighbours'>['reason'];
}

async function readTable(): Promise<Table> {
  const { platform } = process;
  if (platform === 'linux') return readLinux();
  const [arp, ndp] = await Promise.all([
    output('arp', platform === 'win32' ? '-a' : '-an'),
    platform === 'win32' ? null : output('ndp', '-an'),
  ]);
  if (arp === null) return { found: [], reason: 'unsupported' };
  const found = platform === 'win32' ? readWindowsArp(arp) : readBsdArp(arp);
  return ndp === null
    ? { found, reason: 'ipv4-only' }
    : { found: [...found, ...readBsdNdp(ndp)], reason: null };
}

/** The kernel's file has IPv4 only; a small system may have no iproute2. */
async function readLinux(): Promise<Table> {
  const told = await output('ip', '-json', 'neigh', 'show');
  try {
    if (told !== null) return { found: readIpNeigh(told), reason: null };
  } catch {
    // BusyBox has an `ip` that knows no JSON.
  }
  try {
    return { found: readProcArp(await readFile('/proc/net/arp', 'latin1')), reason: 'ipv4-only' };
  } catch {
    return { found: [], reason: 'unsupported' };
  }
}

/** What a program prints; null when it is not there or fails. */
function output(program: string, ...args: string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { timeout: LIMIT_MS, maxBuffer: MAX_OUTPUT_BYTES, windowsHide: true, killSignal: 'SIGKILL' },
      (error, told) => {
        resolve(error ? null : told);
      },
    );
  });
}
