import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { SocketError } from '../../../src-shared/contract/socket';
import { refusal } from '../../../src-shared/refusal/refusal';
import type { SessionFile } from '../capture/format/session-file';
import type { Writable } from 'node:stream';
import { dissectorError } from './child';
import { unreadable } from './packet-matches';

const PIECE_BYTES = 256 * 1024;
/** What a file of pcap begins with, once for all of its packets. */
const PCAP_HEADER_BYTES = 24;
const PCAPNG = 0x0a0d0d0a;

/** Who reads, and what hears how far. */
interface Fed {
  to: Writable;
  /** It reads no more. */
  over: Promise<unknown>;
  fed: (offset: number) => void;
}

/**
 * Gives a program several files of a capture as one: those of pcapng follow each other as they are, of
 * pcap the headers of all but the first are left out. Resolves with why not.
 */
export async function feedFiles(
  files: readonly SessionFile[],
  { to, over, fed }: Fed,
): Promise<SocketError | null> {
  let first: Uint8Array | null = null;
  let ended = false;
  const gone = over.then(() => (ended = true));
  for (const { path, start, bytes } of files) {
    let file: FileHandle | null = null;
    try {
      file = await open(path, 'r');
      const head = await pieceOf(file, 0, Math.min(PCAP_HEADER_BYTES, bytes));
      first ??= head;
      const isPcapng = isPcapngHead(head);
      if (isPcapng !== isPcapngHead(first) || !(isPcapng || same(head, first))) return differ(path);
      for (let at = first === head || isPcapng ? 0 : PCAP_HEADER_BYTES; at < bytes;) {
        const piece = await pieceOf(file, at, Math.min(PIECE_BYTES, bytes - at));
        if (piece.length === 0) break;
        at += piece.length;
        // It reads no faster than it dissects; it may also be over before it has read all.
        if (!to.write(piece)) await Promise.race([drained(to), gone]);
        if (ended) return null;
        fed(start + at);
      }
    } catch (thrown) {
      return unreadable(path, thrown);
    } finally {
      await file?.close();
    }
  }
  to.end();
  return null;
}

async function pieceOf(file: FileHandle, at: number, bytes: number): Promise<Uint8Array> {
  const read = await file.read(new Uint8Array(bytes), 0, bytes, at);
  return read.buffer.subarray(0, read.bytesRead);
}

function drained(to: Writable): Promise<void> {
  return new Promise((resolve) => to.once('drain', resolve));
}

function isPcapngHead(head: Uint8Array): boolean {
  return head.length >= 4 && new DataView(head.buffer, head.byteOffset).getUint32(0) === PCAPNG;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function differ(path: string): SocketError {
  return dissectorError('ERR_DISSECTOR_FAILED', refusal('parts-differ', { path }));
}
