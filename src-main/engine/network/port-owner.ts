import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { endianness } from 'node:os';
import type { PortHolder } from '../../../src-shared/contract/network';
import type { ResultOf } from '../../../src-shared/contract/engine';
import type { SocketError } from '../../../src-shared/contract/socket';
import { formatIp } from '../capture/format/ip-address';
import { plainHost } from '../sockets/endpoint';

type Protocol = 'tcp' | 'udp';

/** A socket bound to the port, from a line of `/proc/net/{tcp,udp}{,6}`. */
interface BoundSocket {
  host: string;
  listening: boolean;
  uid: number;
  inode: string;
}

/** In `/proc/net/tcp` (Linux' include/net/tcp_states.h). */
const TCP_LISTEN = '0A';

/** So many processes are looked through: each costs a read of its open files. */
const MAX_PROCESSES = 20_000;

/** How long looking may keep the event loop from what arrives. */
const SLICE_MS = 5;

/**
 * Who has a local port. Linux tells the processes of our own user, and of all for root; other
 * systems do not tell without starting a program.
 */
export async function portOwner(protocol: Protocol, port: number): Promise<ResultOf<'portOwner'>> {
  if (process.platform !== 'linux') return { holders: [], reason: 'unsupported' };
  const bound = [protocol, `${protocol}6`].flatMap((table) => boundTo(`/proc/net/${table}`, port));
  // Of connections that ended on our side, and of those a listener accepted, only the port is left.
  const listening = bound.filter((socket) => socket.listening);
  const holding = protocol === 'tcp' && listening.length > 0 ? listening : bound;
  if (holding.length === 0) return { holders: [], reason: null };
  const pids = await processesWith(new Set(holding.map(({ inode }) => inode)));
  const holders = holding.slice(0, 64).map(({ host, uid, inode }): PortHolder => {
    const pid = pids.get(inode) ?? null;
    const name = pid === null ? null : nameOf(pid);
    return { local: { host, port }, pid, name, user: userName(uid) };
  });
  const unnamed = holding.find(({ inode }) => !pids.has(inode));
  if (!unnamed) return { holders, reason: null };
  return { holders, reason: unnamed.inode === '0' ? 'no-process' : 'other-user' };
}

/** An EADDRINUSE with who has the port, where the system tells; any other error as it is. */
export async function namingOwner(
  error: SocketError,
  protocol: Protocol,
  port: number,
): Promise<SocketError> {
  if (error.code !== 'EADDRINUSE' || port === 0) return error;
  const { holders } = await portOwner(protocol, port);
  const own = holders.find(({ pid }) => pid !== null) ?? holders[0];
  if (!own) return error;
  const { pid, name, user } = own;
  if (pid === null) return user === null ? error : { ...error, takenBy: `user ${user}` };
  return { ...error, takenBy: `${name ?? '?'} (pid ${pid})` };
}

/** `sl local remote state tx:rx tr:tm retrnsmt uid timeout inode …` (man proc(5)). */
function boundTo(table: string, port: number): BoundSocket[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return read(table)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '']) => local.endsWith(suffix))
    .map(([, local = '', , state, , , , uid, , inode = '0']) => ({
      host: hostOf(local.slice(0, -suffix.length)),
      listening: state === TCP_LISTEN,
      uid: Number(uid),
      inode,
    }));
}

/** 32-bit words, each as a number of this machine. */
function hostOf(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  if (endianness() === 'LE') bytes.swap32();
  const text = formatIp(Uint8Array.from(bytes));
  return plainHost(
    text.replace(/^::ffff:([\da-f]+):([\da-f]+)$/, (_all, high: string, low: string) => {
      const parts = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
      return `::ffff:${parts.flatMap((part) => [part >> 8, part & 255]).join('.')}`;
    }),
  );
}

/** The process that has each of these sockets open, as far as we may look. */
async function processesWith(inodes: ReadonlySet<string>): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  let until = performance.now() + SLICE_MS;
  const pids = list('/proc').filter((name) => /^\d+$/.test(name));
  for (const pid of pids.slice(0, MAX_PROCESSES)) {
    for (const fd of list(`/proc/${pid}/fd`)) {
      const inode = socketInode(`/proc/${pid}/fd/${fd}`);
      if (inode !== null && inodes.has(inode) && !found.has(inode)) found.set(inode, Number(pid));
    }
    if (found.size === inodes.size) break;
    if (performance.now() < until) continue;
    await new Promise((resolve) => setImmediate(resolve));
    until = performance.now() + SLICE_MS;
  }
  return found;
}

function socketInode(path: string): string | null {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.[1] ?? null;
  } catch {
    // Closed since.
    return null;
  }
}

function nameOf(pid: number): string | null {
  return read(`/proc/${pid}/comm`).trim() || null;
}

function userName(uid: number): string {
  const line = read('/etc/passwd')
    .split('\n')
    .map((entry) => entry.split(':'))
    .find(([, , id]) => id === String(uid));
  return line?.[0] ?? String(uid);
}

/** Empty when it cannot be read: gone, or another user's. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
