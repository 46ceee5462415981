import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CommandError } from './command-error';
import type { Session } from './types';

/**
 * Copies what is recorded so far to `path`, replacing what was there only once the copy is whole and
 * on disk. Rejects with Node's error (ENOSPC, EACCES, ENOENT …), and then leaves nothing behind.
 */
export async function saveCapture(session: Session, path: string): Promise<void> {
  session.flush();
  const bytes = session.flushedBytes;
  if (bytes === 0) throw new CommandError('ERR_NOT_POSSIBLE', 'Nothing is recorded yet');
  if (resolve(path) === resolve(session.path))
    throw new CommandError('ERR_NOT_POSSIBLE', 'This is the file it is recorded to');
  const aside = join(dirname(path), `.wirebench-${process.pid}-${Date.now()}.part`);
  try {
    // Only complete blocks: what is written after `bytes` belongs to the next copy.
    const from = createReadStream(session.path, { end: bytes - 1 });
    await pipeline(from, createWriteStream(aside, { flags: 'wx', mode: 0o600 }));
    const copy = await open(aside, 'r+');
    try {
      await copy.sync();
    } finally {
      await copy.close();
    }
    await rename(aside, path);
  } catch (thrown) {
    await rm(aside, { force: true });
    throw thrown;
  }
}
