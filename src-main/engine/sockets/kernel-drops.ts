import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { endianness } from 'node:os';
import type { Endpoint } from '../../../src-shared/contract/socket';

const POLL_MS = 250;

/** A UDP socket's row in `/proc/net/udp{,6}`. */
export interface UdpRow {
  inode: number;
  /** Kernel memory of datagrams that wait to be read, bytes. */
  waitingBytes: number;
  drops: number;
}

/** Who wants to be told; `inode` null until the row was found. */
interface Watch {
  readonly table: '/proc/net/udp' | '/proc/net/udp6';
  readonly key: string;
  inode: number | null;
  readonly onRow: (row: UdpRow) => void;
}

export interface DropWatch {
  /** Looks now. Null where the system does not tell. */
  read(): UdpRow | null;
  stop(): void;
}

/**
 * Counts the datagrams that the kernel threw away, per socket. One look at `/proc` serves all
 * sockets (man proc(5); the columns are those of `udp4_seq_show` in Linux' net/ipv4/udp.c).
 */
export class KernelDrops {
  readonly #watches = new Set<Watch>();
  #timer: NodeJS.Timeout | null = null;

  /** Calls `onRow` every 250 ms. `family` is that of the socket, not that of its address. */
  watch(local: Endpoint, family: 4 | 6, onRow: (row: UdpRow) => void): DropWatch | null {
    if (process.platform !== 'linux') return null;
    const table = family === 6 ? '/proc/net/udp6' : '/proc/net/udp';
    const watch: Watch = { table, key: rowKey(local, family), inode: null, onRow };
    this.#watches.add(watch);
    if (this.#find(watch, readRows(table)) === null) {
      this.#watches.delete(watch);
      return null;
    }
    this.#timer ??= setInterval(() => {
      this.#poll();
    }, POLL_MS).unref();
    return {
      read: () => this.#find(watch, readRows(table)),
      stop: () => {
        this.#watches.delete(watch);
        if (this.#watches.size > 0 || !this.#timer) return;
        clearInterval(this.#timer);
        this.#timer = null;
      },
    };
  }

  #poll(): void {
    const tables = new Map<string, string[]>();
    for (const watch of this.#watches) {
      const rows = tables.get(watch.table) ?? readRows(watch.table);
      tables.set(watch.table, rows);
      const row = this.#find(watch, rows);
      if (row) watch.onRow(row);
    }
  }

  /** The inode, once found, is what names a socket: several may share address and port. */
  #find(watch: Watch, rows: readonly string[]): UdpRow | null {
    const mine = rows.filter((line) => line.includes(watch.key)).map(parseRow);
    if (watch.inode === null) {
      const taken = new Set([...this.#watches].map((other) => other.inode));
      const free = mine.filter(({ inode }) => !taken.has(inode));
      const own = free.length > 1 ? ownInodes() : null;
      const row = own ? free.find(({ inode }) => own.has(inode)) : free[0];
      watch.inode = row?.inode ?? null;
    }
    return mine.find(({ inode }) => inode === watch.inode) ?? null;
  }
}

function readRows(table: string): string[] {
  try {
    return readFileSync(table, 'latin1').split('\n');
  } catch {
    // No IPv6, no /proc, or no descriptor left: not known this time.
    return [];
  }
}

/** `  sl  local rem st tx:rx tr:tm retrnsmt uid timeout inode ref pointer drops` */
function parseRow(line: string): UdpRow {
  const columns = line.trim().split(/\s+/);
  return {
    inode: Number(columns[9]),
    waitingBytes: Number.parseInt(columns[4]?.split(':')[1] ?? '0', 16),
    drops: Number(columns[12]),
  };
}

/** The local address as the table spells it: 32-bit words in the machine's byte order. */
function rowKey({ host, port }: Endpoint, family: 4 | 6): string {
  const bytes = family === 6 ? ipv6Bytes(host) : host.split('.').map(Number);
  const words: string[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const word = bytes.slice(at, at + 4);
    if (endianness() === 'LE') word.reverse();
    words.push(Buffer.from(word).toString('hex').toUpperCase());
  }
  return ` ${words.join('')}:${port.toString(16).toUpperCase().padStart(4, '0')} `;
}

/** The 16 bytes of an IPv6 address, of `::ffff:` before an IPv4 one. */
function ipv6Bytes(host: string): number[] {
  if (!isIPv6(host))
    return [...new Array<number>(10).fill(0), 255, 255, ...host.split('.').map(Number)];
  const plain = host.split('%')[0] ?? '';
  // The URL parser writes an IPv4 tail as two groups of hex (WHATWG URL §host serializing).
  const canonical = new URL(`http://[${plain}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...new Array<string>(zeros).fill('0'), ...after].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}

/** The sockets of this process, to tell ours from another's bound to the same port. */
function ownInodes(): Set<number> {
  const inodes = new Set<number>();
  try {
    for (const fd of readdirSync('/proc/self/fd')) {
      try {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1];
        if (inode !== undefined) inodes.add(Number(inode));
      } catch {
        // That one was closed since.
      }
    }
  } catch {
    // No descriptor left: the first of the candidates has to do.
  }
  return inodes;
}
