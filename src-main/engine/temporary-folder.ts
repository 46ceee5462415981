import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A new folder of this process among the temporary ones, which removes it when it is done with it. What
 * processes left that were ended by force is removed here too. Throws Node's error where none can be made.
 */
export function makeTemporaryFolder(): string {
  const beginning = `wirebench-${placeOfIds()}-`;
  const parent = tmpdir();
  removeLeft(parent, beginning);
  return mkdtempSync(join(parent, `${beginning}${process.pid}-`));
}

/**
 * Where process ids mean the same: temporary files may be shared with containers and other machines,
 * whose processes cannot be seen from here.
 */
function placeOfIds(): string {
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Only Linux has them.
  }
  return createHash('sha256').update(`${hostname()} ${namespace}`).digest('hex').slice(0, 8);
}

/** Never throws. Another process may do the same now. */
function removeLeft(parent: string, beginning: string): void {
  let names: string[] = [];
  try {
    names = readdirSync(parent);
  } catch {
    // Who makes a folder there will be told why not.
  }
  for (const name of names) {
    const owner = name.startsWith(beginning) && /^\d+/.exec(name.slice(beginning.length));
    if (!owner || lives(Number(owner[0]))) continue;
    try {
      const path = join(parent, name);
      if (isOwnFolder(path)) rmSync(path, { recursive: true, force: true });
    } catch {
      // It is gone already, or the next one tries again.
    }
  }
}

/** Whose process we may not ask about is said to live. */
function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    return !(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH');
  }
}

/** In a folder of somebody else, what is removed by its path could be made another file meanwhile. */
function isOwnFolder(path: string): boolean {
  const stats = lstatSync(path);
  return stats.isDirectory() && (process.getuid === undefined || stats.uid === process.getuid());
}
