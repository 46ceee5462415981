import { BLOCK, BYTE_ORDER_MAGIC, OPTION } from './pcapng-blocks';
import { statisticsTime } from './statistics-time';

/*
 * One block of pcapng, or one record of pcap, at a time, from untrusted bytes: every length is
 * checked against what is there before it is used.
 */

/** What one interface of a section says about its packets. */
interface CaptureInterface {
  linkType: number;
  /** Units of a timestamp in a millisecond. */
  unitsPerMs: number;
  offsetMs: number;
}

/** From here on in the file, blocks are to be read so. */
export interface CaptureSection {
  format: 'pcapng' | 'pcap';
  littleEndian: boolean;
  interfaces: CaptureInterface[];
  /** Written by Wirebench: directions, chunk ends and hidden acknowledgements are known. */
  ours: boolean;
}

const MAX_BLOCK_BYTES = 16 * 1024 * 1024;
export const MAX_INTERFACES = 100_000;
const MAX_OPTIONS_BYTES = 64 * 1024;
const MICROSECONDS = { unitsPerMs: 1000, offsetMs: 0 };

type BlockKind = 'packet' | 'statistics' | 'section' | 'interface' | 'other';

/** The block parsed last. One object is used again and again: ten million are read in seconds. */
export interface Block {
  kind: BlockKind;
  /** Of the whole block. */
  length: number;
  interfaceId: number;
  timeHigh: number;
  timeLow: number;
  /** Offsets into the bytes parsed. */
  packetStart: number;
  capturedBytes: number;
  originalBytes: number;
  optionsStart: number;
  optionsEnd: number;
}

export function emptyBlock(): Block {
  return {
    kind: 'other',
    length: 0,
    interfaceId: 0,
    timeHigh: 0,
    timeLow: 0,
    packetStart: 0,
    capturedBytes: 0,
    originalBytes: 0,
    optionsStart: 0,
    optionsEnd: 0,
  };
}

/** `need-more`: the block goes on beyond `end`; `block.length` says how long it is, if known. */
type ParseResult = 'ok' | 'need-more' | 'damaged';

const PCAP_RECORD_BYTES = 16;

function parseRecord(
  section: CaptureSection,
  view: DataView,
  at: number,
  end: number,
  block: Block,
): ParseResult {
  block.length = 0;
  if (at + PCAP_RECORD_BYTES > end) return 'need-more';
  const little = section.littleEndian;
  const captured = view.getUint32(at + 8, little);
  if (captured > MAX_BLOCK_BYTES) return 'damaged';
  block.kind = 'packet';
  block.length = PCAP_RECORD_BYTES + captured;
  block.interfaceId = 0;
  // Seconds and their fraction, made one number in halves, as in pcapng. The product is inexact in a
  // double, so the low half is taken modulo 2^32 and the high half from what is left.
  const seconds = view.getUint32(at, little);
  const fraction = view.getUint32(at + 4, little);
  const perSecond = (section.interfaces[0]?.unitsPerMs ?? 1000) * 1000;
  block.timeLow = (Math.imul(seconds, perSecond) + fraction) >>> 0;
  block.timeHigh = Math.round((seconds * perSecond + fraction - block.timeLow) / 2 ** 32);
  block.packetStart = at + PCAP_RECORD_BYTES;
  block.capturedBytes = captured;
  block.originalBytes = view.getUint32(at + 12, little);
  block.optionsStart = at + block.length;
  block.optionsEnd = at + block.length;
  return at + block.length > end ? 'need-more' : 'ok';
}

function parsePacketBlock(
  type: number,
  section: CaptureSection,
  view: DataView,
  at: number,
  block: Block,
): ParseResult {
  const little = section.littleEndian;
  if (block.length < 32) return 'damaged';
  const captured = view.getUint32(at + 20, little);
  const padded = (captured + 3) & ~3;
  if (captured > block.length - 32 || padded > block.length - 32) return 'damaged';
  block.kind = 'packet';
  block.interfaceId =
    type === BLOCK.enhancedPacket ? view.getUint32(at + 8, little) : view.getUint16(at + 8, little);
  block.timeHigh = view.getUint32(at + 12, little);
  block.timeLow = view.getUint32(at + 16, little);
  block.packetStart = at + 28;
  block.capturedBytes = captured;
  block.originalBytes = view.getUint32(at + 24, little);
  block.optionsStart = at + 28 + padded;
  return 'ok';
}

function parseSimplePacket(
  section: CaptureSection,
  view: DataView,
  at: number,
  block: Block,
): ParseResult {
  if (block.length < 16) return 'damaged';
  const original = view.getUint32(at + 8, section.littleEndian);
  block.kind = 'packet';
  block.interfaceId = 0;
  block.timeHigh = 0;
  block.timeLow = 0;
  block.packetStart = at + 12;
  block.capturedBytes = Math.min(original, block.length - 16);
  block.originalBytes = original;
  block.optionsStart = block.optionsEnd;
  return 'ok';
}

function parseStatistics(
  section: CaptureSection,
  view: DataView,
  at: number,
  block: Block,
): ParseResult {
  if (block.length < 24) return 'damaged';
  block.kind = 'statistics';
  block.interfaceId = view.getUint32(at + 8, section.littleEndian);
  const [high, low] = [12, 16].map((place) => view.getUint32(at + place, section.littleEndian));
  const { unitsPerMs } = section.interfaces[block.interfaceId] ?? MICROSECONDS;
  Object.assign(block, statisticsTime(high ?? 0, low ?? 0, unitsPerMs));
  block.optionsStart = at + 20;
  return 'ok';
}

function parseBody(
  type: number,
  section: CaptureSection,
  view: DataView,
  at: number,
  block: Block,
): ParseResult {
  switch (type) {
    case BLOCK.enhancedPacket:
    case BLOCK.obsoletePacket:
      return parsePacketBlock(type, section, view, at, block);
    case BLOCK.simplePacket:
      return parseSimplePacket(section, view, at, block);
    case BLOCK.statistics:
      return parseStatistics(section, view, at, block);
    case BLOCK.section:
      block.kind = 'section';
      block.optionsStart = at + 24;
      return block.length < 28 ? 'damaged' : 'ok';
    case BLOCK.interface:
      block.kind = 'interface';
      block.optionsStart = at + 16;
      return block.length < 20 ? 'damaged' : 'ok';
    default:
      block.kind = 'other';
      return 'ok';
  }
}

/** Reads the block at `at` of `view`, whose bytes end at `end`, into `block`. */
export function parseBlock(
  section: CaptureSection,
  view: DataView,
  at: number,
  end: number,
  block: Block,
): ParseResult {
  if (section.format === 'pcap') return parseRecord(section, view, at, end, block);
  block.length = 0;
  if (at + 12 > end) return 'need-more';
  const type = view.getUint32(at, section.littleEndian);
  let little = section.littleEndian;
  // A new section says its own byte order, even about its own length.
  if (type === BLOCK.section) {
    const order = byteOrder(view, at + 8);
    if (order === null) return 'damaged';
    little = order;
  }
  const length = view.getUint32(at + 4, little);
  if (length < 12 || (length & 3) !== 0 || length > MAX_BLOCK_BYTES) return 'damaged';
  block.length = length;
  if (at + length > end) return 'need-more';
  if (view.getUint32(at + length - 4, little) !== length) return 'damaged';
  block.optionsStart = at + length - 4;
  block.optionsEnd = at + length - 4;
  return parseBody(type, section, view, at, block);
}

/** True: little-endian; null: no byte-order magic there. */
export function byteOrder(view: DataView, at: number): boolean | null {
  if (view.getUint32(at, true) === BYTE_ORDER_MAGIC) return true;
  return view.getUint32(at, false) === BYTE_ORDER_MAGIC ? false : null;
}

/** Calls `found` for each option until it returns true. */
export function eachOption(
  section: CaptureSection,
  view: DataView,
  block: Block,
  found: (code: number, start: number, length: number) => boolean,
): void {
  const end = Math.min(block.optionsEnd, block.optionsStart + MAX_OPTIONS_BYTES);
  let at = block.optionsStart;
  while (at + 4 <= end) {
    const code = view.getUint16(at, section.littleEndian);
    const length = view.getUint16(at + 2, section.littleEndian);
    if (code === OPTION.end || at + 4 + length > end) return;
    if (found(code, at + 4, length)) return;
    at += 4 + ((length + 3) & ~3);
  }
}

/** Whether a block has an option, without allocating. */
export function hasOption(
  section: CaptureSection,
  view: DataView,
  block: Block,
  wanted: number,
): boolean {
  return optionAt(section, view, block, wanted) >= 0;
}

/** Direction of a packet as `epb_flags` tells it: 1 in, 2 out, 0 unknown. */
export function packetDirection(section: CaptureSection, view: DataView, block: Block): number {
  const at = optionAt(section, view, block, OPTION.epbFlags);
  if (at < 0 || view.getUint16(at - 2, section.littleEndian) !== 4) return 0;
  return view.getUint32(at, section.littleEndian) & 3;
}

/** Where the value of an option starts, or -1. Runs for each of ten million blocks. */
function optionAt(section: CaptureSection, view: DataView, block: Block, wanted: number): number {
  const end = Math.min(block.optionsEnd, block.optionsStart + MAX_OPTIONS_BYTES);
  for (let at = block.optionsStart; at + 4 <= end;) {
    const code = view.getUint16(at, section.littleEndian);
    const length = view.getUint16(at + 2, section.littleEndian);
    if (code === OPTION.end || at + 4 + length > end) return -1;
    if (code === wanted) return at + 4;
    at += 4 + ((length + 3) & ~3);
  }
  return -1;
}

/** Reads an interface block. */
export function parseInterface(
  section: CaptureSection,
  view: DataView,
  block: Block,
): CaptureInterface {
  const found: CaptureInterface = {
    linkType: view.getUint16(block.optionsStart - 8, section.littleEndian),
    unitsPerMs: 1000,
    offsetMs: 0,
  };
  eachOption(section, view, block, (code, start, length) => {
    if (code === OPTION.ifTsresol && length >= 1) {
      const resolution = view.getUint8(start);
      const exponent = resolution & 0x7f;
      found.unitsPerMs = ((resolution & 0x80) === 0 ? 10 ** exponent : 2 ** exponent) / 1000;
    } else if (code === OPTION.ifTsoffset && length === 8) {
      const offset = view.getBigInt64(start, section.littleEndian);
      found.offsetMs = Number(offset) * 1000;
    }
    return false;
  });
  return found;
}

/** Epoch ms of a block's time; a double resolves 0.25 µs today. */
export function blockTimeMs(section: CaptureSection, block: Block): number {
  const { unitsPerMs, offsetMs } = section.interfaces[block.interfaceId] ?? MICROSECONDS;
  return (block.timeHigh * 2 ** 32 + block.timeLow) / unitsPerMs + offsetMs;
}
