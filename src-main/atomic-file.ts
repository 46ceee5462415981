import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces a file in one step: after a crash or power loss at any instant it is the old or the new
 * one, whole. Written by hand because the `atomically` package (2.1.1) takes a short write on a
 * full disk for a whole one and renames the cut file over the good one. Two processes that write
 * the same file do not meet: each has its own temporary file, the last rename wins.
 * The file can be read by its owner only. Rejects with the system's error; the old file stays.
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined); // The first error says more.
    throw error;
  }
  await syncFolder(folder);
}

/** Makes the rename last through a power loss. Windows cannot open folders and does not need it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A stamp for names of files set aside: sorts by time, holds only characters every system takes. */
export function fileStamp(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:]/g, '');
}
