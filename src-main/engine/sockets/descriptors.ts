import { readFileSync, readdirSync } from 'node:fs';
import type { SocketError } from '../../../src-shared/contract/socket';

/** Kept free for captures, name resolution and libuv's own: an accept never takes the last ones. */
const RESERVE = 16;

/**
 * How many file descriptors the process may still spend on sockets. Without it libuv accepts and
 * closes connections silently when the limit is reached (`uv__emfile_trick` in its
 * src/unix/stream.c), and nobody learns of them.
 */
export class Descriptors {
  readonly limit: number;
  #free: number;

  constructor() {
    this.limit = descriptorLimit();
    this.#free = Math.max(0, this.limit - openDescriptors() - RESERVE);
  }

  get free(): number {
    return this.#free;
  }

  /** Takes `count`, or none at all. */
  take(count: number): boolean {
    if (count > this.#free) return false;
    this.#free -= count;
    return true;
  }

  release(count: number): void {
    this.#free += count;
  }

  /** What to tell when `take` said no. */
  exhausted(syscall: string): SocketError {
    return {
      code: 'EMFILE',
      syscall,
      message: `too many open files: this process may have ${this.limit}, of which ${RESERVE} are kept free`,
    };
  }
}

/** Open files this process may have; Infinity where no limit is told (Windows has none to tell). */
function descriptorLimit(): number {
  try {
    if (process.platform === 'linux') {
      const soft = /^Max open files\s+(\S+)/m.exec(
        readFileSync('/proc/self/limits', 'latin1'),
      )?.[1];
      return toLimit(soft);
    }
    if (process.platform === 'darwin') return toLimit(reportedLimit());
  } catch {
    // A limit that cannot be read must not keep the engine from starting.
  }
  return Infinity;
}

function reportedLimit(): unknown {
  const report: unknown = process.report.getReport();
  const limits = property(report, 'userLimits');
  return property(property(limits, 'open_files'), 'soft');
}

function property(of: unknown, key: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, key) : undefined;
}

function toLimit(value: unknown): number {
  const limit = Number(value);
  return Number.isInteger(limit) && limit > 0 ? limit : Infinity;
}

function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    // Not Linux, or no descriptor left to look with: a guess that covers Node's own.
    return 32;
  }
}
