import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { refusal } from '../../src-shared/refusal/refusal';
import { CommandError } from './command-error';
import { markComment, withComment } from './export/mark-comment';
import type { RowPackets, Session } from './types';

/** Read and written at once. */
const PIECE_BYTES = 1024 * 1024;

/** Up to the length of the section, which stands last. */
const SECTION_LENGTH_AT = 16;
const SECTION_HEAD_BYTES = 24;

/**
 * Copies what is recorded so far to `path`, replacing what was there only once the copy is whole and
 * on disk. Marks become comments of their packets. Rejects with Node's error (ENOSPC, EACCES, ENOENT …), and then leaves nothing behind.
 */
export async function saveCapture(session: Session, path: string): Promise<void> {
  session.flush();
  const { files } = session;
  if (files.every(({ bytes }) => bytes === 0))
    throw new CommandError('ERR_NOT_POSSIBLE', refusal('save-nothing'));
  if (files.some((file) => resolve(path) === resolve(file.path)))
    throw new CommandError('ERR_NOT_POSSIBLE', refusal('save-itself'));
  if (files.length > 1 && hasPcap(session))
    throw new CommandError('ERR_NOT_POSSIBLE', refusal('save-old-parts'));
  const aside = join(dirname(path), `.wirebench-${process.pid}-${Date.now()}.part`);
  try {
    // Only complete blocks: what is written from now on belongs to the next copy.
    await pipeline(bytesOf(session), createWriteStream(aside, { flags: 'wx', mode: 0o600 }));
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

/** A file of that format has one beginning, and so can be no part of another. */
function hasPcap(session: Session): boolean {
  const { packets } = session.view(null);
  return session.files.some(({ start }) => packets?.section(start).section.format === 'pcap');
}

/** Instead of so many bytes of the capture from there on, others. */
interface Patch {
  offset: number;
  lengthBytes: number;
  bytes: Uint8Array;
}

/** Parts of a recording make one file: each begins with a section of its own. */
async function* bytesOf(session: Session): AsyncGenerator<Uint8Array> {
  const patches = patchesOf(session);
  for (const { path, start, bytes } of session.files) {
    let at = 0;
    for (const { offset, lengthBytes, bytes: instead } of patches) {
      const from = offset - start;
      if (from < at || from + lengthBytes > bytes) continue;
      yield* part(path, at, from);
      yield instead;
      at = from + lengthBytes;
    }
    yield* part(path, at, bytes);
  }
}

async function* part(path: string, from: number, end: number): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    for (let at = from; at < end;) {
      const piece = new Uint8Array(Math.min(PIECE_BYTES, end - at));
      const { bytesRead } = await file.read(piece, 0, piece.length, at);
      if (bytesRead === 0)
        throw new CommandError('ERR_NOT_POSSIBLE', refusal('save-cut', { path }));
      yield piece.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** The blocks of marked rows with the marks as comments, in the order of the file. */
function patchesOf(session: Session): Patch[] {
  const rows = session.marks.rows();
  const { packets } = session.view(null);
  if (rows.length === 0 || !packets) return [];
  const patches = new Map<number, Patch>();
  packets.during(() => {
    for (const row of rows) {
      const mark = session.marks.of(row);
      packets.each(row, (offset, lengthBytes, own) => {
        if (!own || !mark) return;
        const { start, section } = packets.section(offset);
        if (section.format === 'pcap') return;
        // How long a section is may stand at its beginning, and would be wrong then.
        if (!section.ours && !patches.has(start)) patches.set(start, openSection(packets, start));
        const before = patches.get(offset)?.bytes;
        const bytes = before ?? packets.read(offset, lengthBytes).slice(0, lengthBytes);
        const commented = withComment(section, bytes, markComment(mark));
        patches.set(offset, { offset, lengthBytes, bytes: commented });
      });
    }
  });
  return [...patches.values()].sort((a, b) => a.offset - b.offset);
}

/** The beginning of a section, that does not say how long it is (-1). */
function openSection(packets: RowPackets, offset: number): Patch {
  const bytes = packets.read(offset, SECTION_HEAD_BYTES).slice(0, SECTION_HEAD_BYTES);
  bytes.fill(0xff, SECTION_LENGTH_AT);
  return { offset, lengthBytes: bytes.length, bytes };
}
