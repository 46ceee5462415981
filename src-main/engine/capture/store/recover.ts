import { counted } from '../../../../src-shared/counted';
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import type { Note } from '../../../../src-shared/contract/row';
import { refusal } from '../../../../src-shared/refusal/refusal';
import type { Block, CaptureSection } from '../format/block-parser';
import { CaptureError } from '../format/capture-error';
import { CaptureScanner, PROBE_BYTES } from '../reading/capture-scanner';
import type { BlockHandler } from '../reading/capture-scanner';
import { formatNote } from '../format/note-text';
import { statisticsBlock } from '../format/pcapng-blocks';
import type { BlockTime } from '../format/pcapng-blocks';

const BUFFER_BYTES = 4 * 1024 * 1024;

/** The time of the latest block, which the closing block repeats. */
class LatestTime implements BlockHandler {
  time: BlockTime = { high: 0, low: 0 };

  packet(_section: CaptureSection, _view: DataView, block: Block): void {
    const { timeHigh: high, timeLow: low } = block;
    if (high > this.time.high || (high === this.time.high && low > this.time.low)) {
      this.time = { high, low };
    }
  }

  statistics(section: CaptureSection, view: DataView, block: Block): void {
    this.packet(section, view, block);
  }

  other(): void {
    // It has no time.
  }
}

interface Survey {
  sizeBytes: number;
  /** Where the last complete block ends. */
  endBytes: number;
  damage: string | null;
  /** Ends with the closing block of a recording. */
  complete: boolean;
  /** Of the section that the file ends in. */
  section: CaptureSection;
  time: BlockTime;
}

function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Walks to the last complete block, in slices so that sockets live on. */
async function survey(path: string, file: number): Promise<Survey> {
  const sizeBytes = fstatSync(file).size;
  let buffer = new Uint8Array(BUFFER_BYTES);
  const head = buffer.subarray(0, readSync(file, buffer, 0, PROBE_BYTES, 0));
  const scanner = new CaptureScanner(path, head);
  const handler = new LatestTime();
  let base = scanner.firstOffset;
  for (;;) {
    const held = readSync(file, buffer, 0, buffer.length, base);
    const view = new DataView(buffer.buffer, 0, held);
    const stopped = scanner.scan(view, 0, held, base, handler);
    base += stopped;
    if (scanner.neededBytes > buffer.length) buffer = new Uint8Array(scanner.neededBytes);
    else if (stopped === 0) break;
    if (scanner.damage !== null) break;
    await tick();
  }
  const complete = scanner.endedCleanly && base === sizeBytes;
  const section = scanner.section;
  return {
    sizeBytes,
    endBytes: base,
    damage: scanner.damage,
    complete,
    section,
    time: handler.time,
  };
}

/** The mark that a recording was not closed by the one who wrote it. */
function closingBlock(found: Survey): Uint8Array {
  const cut = found.sizeBytes - found.endBytes;
  const what =
    cut === 0 ? 'no block was cut' : `${counted(cut, 'byte')} of an incomplete block cut off`;
  const text = `the recording ended without being closed; ${what}`;
  const note: Note = { event: 'recovered', text };
  return statisticsBlock({ time: found.time, end: found.time, comment: formatNote(note) });
}

/**
 * Makes a capture of ours clean in place: cuts the incomplete block at its end and adds the closing
 * block. Does nothing to one that is clean. Throws ERR_NOT_A_CAPTURE, ERR_FOREIGN_CAPTURE for a file
 * of another program, ERR_CAPTURE_DAMAGED when the damage is not at the end, and Node's error.
 */
export async function recoverCapture(path: string): Promise<{ cutBytes: number }> {
  const file = openSync(path, 'r+');
  try {
    const found = await survey(path, file);
    if (!found.section.ours) {
      throw new CaptureError('ERR_FOREIGN_CAPTURE', refusal('capture-foreign', { path }));
    }
    if (found.damage !== null) {
      throw new CaptureError(
        'ERR_CAPTURE_DAMAGED',
        refusal('capture-damaged', { path, at: found.endBytes, damage: found.damage }),
      );
    }
    if (found.complete) return { cutBytes: 0 };
    // Cut first: were this interrupted, the file would still end with a complete block.
    ftruncateSync(file, found.endBytes);
    writeAll(file, closingBlock(found), found.endBytes);
    fdatasyncSync(file);
    return { cutBytes: found.sizeBytes - found.endBytes };
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}

/**
 * Writes all complete blocks of any capture to a new file, up to the first damage, and the closing
 * block if it is of ours. The source is not touched; `target` must not exist. Throws
 * ERR_NOT_A_CAPTURE or Node's error, and then leaves no target behind.
 */
export async function recoverCaptureTo(
  path: string,
  target: string,
): Promise<{ cutBytes: number }> {
  const file = openSync(path, 'r');
  try {
    const found = await survey(path, file);
    const copy = openSync(target, 'wx', 0o600);
    try {
      await copyBytes(file, copy, found.endBytes);
      if (found.section.ours && !found.complete) {
        writeAll(copy, closingBlock(found), found.endBytes);
      }
      fdatasyncSync(copy);
    } catch (error) {
      closeSync(copy);
      unlinkSync(target);
      throw error;
    }
    closeSync(copy);
    return { cutBytes: found.sizeBytes - found.endBytes };
  } finally {
    closeSync(file);
  }
}

async function copyBytes(from: number, to: number, bytes: number): Promise<void> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (let at = 0; at < bytes;) {
    const count = readSync(from, buffer, 0, Math.min(buffer.length, bytes - at), at);
    if (count === 0) throw new CaptureError('ERR_CAPTURE_CHANGED', refusal('capture-shrank'));
    writeAll(to, buffer.subarray(0, count), at);
    at += count;
    await tick();
  }
}
