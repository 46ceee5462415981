import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';

export interface NewFile {
  path: string;
  text: string;
  mode: number;
}

/** Whether anything has that name, a dangling link too. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return false;
    throw thrown;
  }
}

/**
 * Writes all of the files, or rejects and leaves none that is new. A key never stands in a file that
 * others could read. Without `overwrite` a file that came up meanwhile stays (EEXIST).
 */
export async function writeAll(
  folder: string,
  files: readonly NewFile[],
  overwrite: boolean,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const tag = randomBytes(6).toString('hex');
  const made: string[] = [];
  try {
    for (const { path, text, mode } of files) {
      // What is replaced stays whole until the very end.
      const first = overwrite ? `${path}.${tag}.tmp` : path;
      await writeNew(first, text, mode, made);
    }
    if (overwrite) for (const { path } of files) await rename(`${path}.${tag}.tmp`, path);
  } catch (thrown) {
    for (const path of made) await rm(path, { force: true });
    throw thrown;
  }
}

async function writeNew(path: string, text: string, mode: number, made: string[]): Promise<void> {
  const file = await open(path, 'wx', mode);
  made.push(path);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
