import { closeSync, fstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { blockTimeMs } from '../format/block-parser';
import type { Block, CaptureSection } from '../format/block-parser';
import { CaptureScanner, PROBE_BYTES } from '../reading/capture-scanner';
import type { BlockHandler } from '../reading/capture-scanner';
import { emptyPacket, parsePacket, TCP } from '../format/packet-parser';
import { TCP_FLAG } from '../recording/packet-writer';
import { statisticsBlock } from '../format/pcapng-blocks';
import { partPath } from '../recording/recording-parts';

const BUFFER_BYTES = 4 * 1024 * 1024;
/** A double resolves no more of a time since 1970. */
const RESOLUTION_MS = 0.001;
const SLAB_BYTES = 1024 * 1024;
const CHUNK_ENDS = TCP_FLAG.psh | TCP_FLAG.syn | TCP_FLAG.fin | TCP_FLAG.rst;

export interface FileSplitOptions {
  /** A part is full at that size, bytes; null: no matter. */
  sizeBytes: number | null;
  /** Of the times of packets. */
  everyMs: number | null;
}

export interface WrittenPart {
  path: string;
  packets: number;
  bytes: number;
}

/** The parts of a capture file while it is read: each begins as the file does. */
class PartWriter implements BlockHandler {
  readonly parts: WrittenPart[] = [];
  readonly #target: string;
  readonly #options: FileSplitOptions;
  readonly #packet = emptyPacket();
  /** What every part of this section begins with: its header, and its interfaces so far. */
  #head: Uint8Array[] = [];
  #file: number | null = null;
  readonly #slab = new Uint8Array(SLAB_BYTES);
  /** Bytes in the slab, which is written when it is full. */
  #held = 0;
  #bytes = 0;
  #packets = 0;
  /** Of the first packet of the part, and the last block of it. */
  #startMs: number | null = null;
  #time = { high: 0, low: 0 };
  /** A chunk of ours goes on in the next segment: it stays in one part. */
  #inChunk = false;

  constructor(target: string, options: FileSplitOptions) {
    this.#target = target;
    this.#options = options;
  }

  /** The head of a pcap file. */
  begin(head: Uint8Array): void {
    this.#head = [head];
  }

  packet(section: CaptureSection, view: DataView, block: Block): void {
    const atMs = blockTimeMs(section, block);
    if (!this.#inChunk && this.#isFull(atMs)) this.#next(section);
    this.#startMs ??= atMs;
    if (section.ours) this.#chunk(section, view, block);
    this.#timed(section, view, block);
    this.#packets++;
  }

  statistics(section: CaptureSection, view: DataView, block: Block): void {
    this.#timed(section, view, block);
  }

  other(section: CaptureSection, view: DataView, block: Block): void {
    const bytes = bytesOf(section, view, block).slice();
    if (block.kind === 'section') {
      this.#head = [];
      this.#inChunk = false;
      // How long the section will be in this part is not known.
      bytes.fill(0xff, 16, 24);
    }
    if (block.kind !== 'other') this.#head.push(bytes);
    // A part that is not begun yet begins with it anyway.
    if (this.#file !== null || block.kind === 'other') this.#write(bytes);
  }

  /** The last part is whole. */
  end(): void {
    // A capture without packets is one part still.
    if (this.#file === null) this.#open();
    this.#close();
  }

  /** Nothing is left of any part. */
  discard(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
    for (const { path } of this.parts) rmSync(path, { force: true });
  }

  #isFull(atMs: number): boolean {
    const { sizeBytes, everyMs } = this.#options;
    if (this.#packets === 0) return false;
    if (sizeBytes !== null && this.#bytes >= sizeBytes) return true;
    if (everyMs === null || this.#startMs === null) return false;
    return atMs - this.#startMs >= everyMs - RESOLUTION_MS;
  }

  #chunk(section: CaptureSection, view: DataView, block: Block): void {
    const link = section.interfaces[block.interfaceId]?.linkType ?? -1;
    const { packetStart, capturedBytes } = block;
    if (!parsePacket(link, view, packetStart, capturedBytes, this.#packet)) return;
    const { protocol, payloadBytes, flags } = this.#packet;
    if (protocol === TCP && payloadBytes > 0) this.#inChunk = (flags & CHUNK_ENDS) === 0;
  }

  #next(section: CaptureSection): void {
    // A section of ours that does not say that it was closed reads as one that a crash has cut.
    if (section.ours && section.littleEndian)
      this.#write(statisticsBlock({ time: this.#time, end: this.#time }));
    this.#close();
  }

  #timed(section: CaptureSection, view: DataView, block: Block): void {
    this.#time = { high: block.timeHigh, low: block.timeLow };
    this.#write(bytesOf(section, view, block));
  }

  #write(bytes: Uint8Array): void {
    if (this.#file === null) this.#open();
    this.#put(bytes);
  }

  #open(): void {
    const path = partPath(this.#target, this.parts.length + 1);
    this.#file = openSync(path, 'wx', 0o600);
    this.parts.push({ path, packets: 0, bytes: 0 });
    this.#bytes = 0;
    for (const bytes of this.#head) this.#put(bytes);
  }

  #put(bytes: Uint8Array): void {
    if (this.#held + bytes.length > this.#slab.length) this.#flush();
    if (bytes.length > this.#slab.length) this.#writeOut(bytes);
    else {
      this.#slab.set(bytes, this.#held);
      this.#held += bytes.length;
    }
    this.#bytes += bytes.length;
  }

  #flush(): void {
    this.#writeOut(this.#slab.subarray(0, this.#held));
    this.#held = 0;
  }

  #writeOut(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length && this.#file !== null;)
      done += writeSync(this.#file, bytes, done, bytes.length - done);
  }

  #close(): void {
    const part = this.parts.at(-1);
    if (part) Object.assign(part, { packets: this.#packets, bytes: this.#bytes });
    if (this.#file === null) return;
    this.#flush();
    closeSync(this.#file);
    this.#file = null;
    this.#packets = 0;
    this.#startMs = null;
  }
}

function bytesOf({ format }: CaptureSection, view: DataView, block: Block): Uint8Array {
  // A block of pcapng ends with its length, behind its options; a record of pcap has neither.
  const end = block.optionsEnd + (format === 'pcap' ? 0 : 4);
  return new Uint8Array(view.buffer, view.byteOffset + end - block.length, block.length);
}

/**
 * Writes a capture as several, each complete by itself: `target` names them, as `out.pcapng` names
 * `out.00001.pcapng` and on. Resolves with the parts and with what of the source could not be read.
 * Rejects with ERR_NOT_A_CAPTURE, the abort reason or Node's error (EEXIST, ENOSPC …), and then
 * leaves no part behind. The source is not touched.
 */
export async function splitFile(
  path: string,
  target: string,
  options: FileSplitOptions,
  signal: AbortSignal,
): Promise<{ parts: readonly WrittenPart[]; cutBytes: number }> {
  const file = openSync(path, 'r');
  const writer = new PartWriter(target, options);
  try {
    const cutBytes = await copyBlocks(file, path, writer, signal);
    writer.end();
    return { parts: writer.parts, cutBytes };
  } catch (thrown) {
    writer.discard();
    throw thrown;
  } finally {
    closeSync(file);
  }
}

/** Returns the bytes behind the last complete block. */
async function copyBlocks(
  file: number,
  path: string,
  writer: PartWriter,
  signal: AbortSignal,
): Promise<number> {
  const sizeBytes = fstatSync(file).size;
  let buffer = new Uint8Array(BUFFER_BYTES);
  const head = buffer.slice(0, readSync(file, buffer, 0, PROBE_BYTES, 0));
  const scanner = new CaptureScanner(path, head);
  if (scanner.firstOffset > 0) writer.begin(head.subarray(0, scanner.firstOffset));
  for (let base = scanner.firstOffset; ;) {
    const held = readSync(file, buffer, 0, buffer.length, base);
    const stopped = scanner.scan(new DataView(buffer.buffer, 0, held), 0, held, base, writer);
    base += stopped;
    const wider = scanner.neededBytes > buffer.length;
    if (wider) buffer = new Uint8Array(scanner.neededBytes);
    if (scanner.damage !== null || (stopped === 0 && !wider)) return sizeBytes - base;
    await turn();
    signal.throwIfAborted();
  }
}
