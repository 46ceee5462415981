import { epochNsAtZero } from '../../clock';
import type { Stamp } from '../../clock';
import type { ReadMemory } from '../../read-memory';
import type { Direction } from '../../types';
import type { IpBytes } from '../format/ip-address';
import { BLOCK, OPTION, optionBytes, optionText } from '../format/pcapng-blocks';
import type { BlockTime } from '../format/pcapng-blocks';
import type { PcapngWriter } from './pcapng-writer';

/*
 * The hot path: one packet into the slab. Headers are prepared once per flow and direction; per
 * packet only lengths, time, numbers and checksums change. Nothing is allocated. Words are written
 * in the byte order of the machine; every platform we run on is little-endian, and network order is
 * got by swapping. Payloads start on a word because all headers before them are words.
 */

const EPB_WORDS = 7;

/** Of payload in shared memory from so many bytes on, copying costs more than a further part of a write. */
const LENT_BYTES = 16 * 1024;
const TWO_32 = 2 ** 32;

export const TCP_FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

const PROTOCOL = { tcp: 6, udp: 17 } as const;

/** MSS 65,495, no-operation, window scale 14: then the window never looks full. */
export const SYN_OPTIONS = Uint8Array.of(2, 4, 0xff, 0xd7, 1, 3, 3, 14);

function swap16(value: number): number {
  return ((value & 0xff) << 8) | (value >>> 8);
}

function swap32(value: number): number {
  return (
    ((value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0
  );
}

/**
 * RFC 1071 over 32-bit words: their plain sum, exact in a double, folds to the 16-bit sum because
 * 2^16 ≡ 2^32 ≡ 1 (mod 65,535). Independent of byte order. Returns 0..65,535 before the complement.
 */
function fold(sum: number): number {
  const low = sum >>> 0;
  let folded = (low & 0xffff) + (low >>> 16) + Math.floor(sum / TWO_32);
  folded = (folded & 0xffff) + (folded >>> 16);
  return (folded & 0xffff) + (folded >>> 16);
}

/** Four sums at a time: one alone waits for each addition to finish. */
function sumWords(words: Uint32Array, from: number, to: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = from;
  for (const end = to - 3; i < end; i += 4) {
    a += words[i] ?? 0;
    b += words[i + 1] ?? 0;
    c += words[i + 2] ?? 0;
    d += words[i + 3] ?? 0;
  }
  for (; i < to; i++) a += words[i] ?? 0;
  return a + b + c + d;
}

/** The prepared headers of packets one way along a flow. */
export class PacketTemplate {
  readonly words: Uint32Array;
  readonly v6: boolean;
  /** Words before the TCP or UDP header. */
  readonly transportWord: number;
  /** Sum of the IPv4 header without its length. */
  readonly ipSum: number;
  /** Sum of the pseudo-header without the length, and of the ports. */
  readonly transportSum: number;
  /** For epb_flags: 1 inbound, 2 outbound. */
  readonly direction: 1 | 2;

  constructor(
    protocol: 'tcp' | 'udp',
    direction: Direction,
    from: { ip: IpBytes; port: number },
    to: { ip: IpBytes; port: number },
  ) {
    const addressBytes = from.ip.length;
    this.v6 = addressBytes === 16;
    this.direction = direction === 'in' ? 1 : 2;
    const ipBytes = this.v6 ? 40 : 20;
    this.transportWord = EPB_WORDS + ipBytes / 4;
    this.words = new Uint32Array(this.transportWord + 1);
    const bytes = new Uint8Array(this.words.buffer);
    const view = new DataView(this.words.buffer);
    const ip = EPB_WORDS * 4;
    view.setUint32(0, BLOCK.enhancedPacket, true);
    if (this.v6) {
      bytes.set([0x60, 0, 0, 0, 0, 0, PROTOCOL[protocol], 64], ip);
    } else {
      // Don't fragment: then the identification may be zero (RFC 6864).
      bytes.set([0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, PROTOCOL[protocol]], ip);
    }
    const addresses = ip + ipBytes - 2 * addressBytes;
    bytes.set(from.ip, addresses);
    bytes.set(to.ip, addresses + addressBytes);
    view.setUint16(ip + ipBytes, from.port);
    view.setUint16(ip + ipBytes + 2, to.port);
    this.ipSum = this.v6 ? 0 : sumWords(this.words, EPB_WORDS, EPB_WORDS + 5);
    this.transportSum =
      sumWords(this.words, addresses / 4, this.transportWord + 1) + swap16(PROTOCOL[protocol]);
  }
}

/** Puts packets into the slab of a writer. Every method returns false when there is no room. */
export class PacketWriter {
  readonly #writer: PcapngWriter;
  readonly #memory: ReadMemory | null;
  readonly #zero = epochNsAtZero();

  /** `memory`: payloads that lie there are added up faster, and long ones of streams not copied. */
  constructor(writer: PcapngWriter, memory: ReadMemory | null) {
    this.#writer = writer;
    this.#memory = memory;
  }

  /** A stamp as epoch nanoseconds in two halves. */
  time(at: Stamp): BlockTime {
    const low = this.#zero.low + at;
    return { high: this.#zero.high + Math.floor(low / TWO_32), low: low >>> 0 };
  }

  udp(template: PacketTemplate, payload: Uint8Array, at: Stamp, comment: string | null): boolean {
    const segmentBytes = 8 + payload.length;
    const text = comment === null ? null : optionText(comment);
    const commentBytes = text === null ? 0 : optionBytes(text.length);
    const start = this.#begin(template, segmentBytes, commentBytes, false, at);
    if (start < 0) return false;
    const { words } = this.#writer;
    const word = (start >>> 2) + template.transportWord;
    const length = swap16(segmentBytes);
    const sum = this.#copy(payload, 0, payload.length, word + 2);
    const checksum = 0xffff - fold(template.transportSum + 2 * length + sum);
    // 0 would say "no checksum".
    words[word + 1] = (length | ((checksum === 0 ? 0xffff : checksum) << 16)) >>> 0;
    this.#finish(template, start, segmentBytes, 0, text);
    return true;
  }

  /**
   * `payload` from `begin` to `end`; with SYN these are the TCP options. What lies in shared memory
   * may be lent to the writer until `settle`.
   */
  tcp(
    template: PacketTemplate,
    numbers: { seq: number; ack: number; flags: number },
    payload: Uint8Array,
    range: { begin: number; end: number },
    at: Stamp,
    comment: string | null,
    urgent: boolean,
  ): boolean {
    const { begin, end } = range;
    const segmentBytes = 20 + end - begin;
    const text = comment === null ? null : optionText(comment);
    const commentBytes = text === null ? 0 : optionBytes(text.length);
    const lent = this.#lendable(payload, end - begin);
    const start = this.#begin(template, segmentBytes, commentBytes, urgent, at);
    if (start < 0) return false;
    const { words } = this.#writer;
    const word = (start >>> 2) + template.transportWord;
    const headerWords = (numbers.flags & TCP_FLAG.syn) === 0 ? 5 : 5 + (end - begin) / 4;
    const seq = swap32(numbers.seq);
    const ack = swap32(numbers.ack);
    // Header length, flags, and the greatest window.
    const control = ((headerWords << 4) | (numbers.flags << 8) | 0xffff0000) >>> 0;
    words[word + 1] = seq;
    words[word + 2] = ack;
    words[word + 3] = control;
    let sum = this.#copy(payload, begin + lent, end, word + 5);
    if (lent > 0) {
      this.#writer.lend((word + 5) * 4, payload.subarray(begin, begin + lent));
      sum += this.#memory?.sum(payload, begin, lent) ?? 0;
    }
    const header = template.transportSum + swap16(segmentBytes) + seq + ack + control;
    words[word + 4] = (0xffff - fold(header + sum)) & 0xffff;
    this.#finish(template, start, segmentBytes, lent, text);
    return true;
  }

  /** The payloads are their owner's again. */
  settle(): void {
    this.#writer.settle();
  }

  /** A finished block, such as statistics. */
  block(block: Uint8Array): boolean {
    const start = this.#writer.reserve(block.length, true);
    if (start < 0) return false;
    this.#writer.bytes.set(block, start);
    this.#writer.commit(block.length);
    return true;
  }

  #lendable(payload: Uint8Array, length: number): number {
    return length < LENT_BYTES ? 0 : (this.#memory?.summable(payload, length) ?? 0);
  }

  /** Block and IP header. Returns the block's place in the slab, or -1. */
  #begin(
    template: PacketTemplate,
    segmentBytes: number,
    commentBytes: number,
    urgent: boolean,
    at: Stamp,
  ): number {
    const headerBytes = template.transportWord * 4;
    const size = headerBytes + ((segmentBytes + 3) & ~3) + 8 + commentBytes + 4 + 4;
    const start = this.#writer.reserve(size, urgent);
    if (start < 0) return -1;
    const { words } = this.#writer;
    const word = start >>> 2;
    const prepared = template.words;
    for (let i = 0; i < prepared.length; i++) words[word + i] = prepared[i] ?? 0;
    const low = this.#zero.low + at;
    const packetBytes = headerBytes - EPB_WORDS * 4 + segmentBytes;
    words[word + 1] = size;
    words[word + 3] = this.#zero.high + Math.floor(low / TWO_32);
    words[word + 4] = low >>> 0;
    words[word + 5] = packetBytes;
    words[word + 6] = packetBytes;
    if (template.v6) {
      words[word + 8] = (swap16(segmentBytes) | ((prepared[8] ?? 0) & 0xffff0000)) >>> 0;
    } else {
      const length = swap16(packetBytes) * 0x10000;
      words[word + 7] = (prepared[7] ?? 0) + length;
      const checksum = (0xffff - fold(template.ipSum + length)) & 0xffff;
      words[word + 9] = (prepared[9] ?? 0) + checksum * 0x10000;
    }
    return start;
  }

  /** Copies payload, padded with zeros, to `word` and returns the sum of its words. */
  #copy(payload: Uint8Array, begin: number, end: number, word: number): number {
    const length = end - begin;
    if (length === 0) return 0;
    const { words, bytes } = this.#writer;
    const last = word + ((length + 3) >>> 2);
    words[last - 1] = 0;
    bytes.set(length === payload.length ? payload : payload.subarray(begin, end), word * 4);
    return sumWords(words, word, last);
  }

  /** Options, padding and the length at the end. */
  #finish(
    template: PacketTemplate,
    start: number,
    segmentBytes: number,
    lentBytes: number,
    comment: Uint8Array | null,
  ): void {
    const { words, bytes } = this.#writer;
    let word = (start >>> 2) + template.transportWord + ((segmentBytes - lentBytes + 3) >>> 2);
    words[word] = OPTION.epbFlags | (4 << 16);
    words[word + 1] = template.direction;
    word += 2;
    if (comment !== null) {
      const size = optionBytes(comment.length);
      words[word + size / 4 - 1] = 0;
      words[word] = (OPTION.comment | (comment.length << 16)) >>> 0;
      bytes.set(comment, word * 4 + 4);
      word += size / 4;
    }
    words[word] = OPTION.end;
    const size = (word + 2) * 4 - start;
    words[word + 1] = size + lentBytes;
    this.#writer.commit(size);
  }
}
