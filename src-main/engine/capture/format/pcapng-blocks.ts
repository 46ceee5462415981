/*
 * Blocks of pcapng (draft-ietf-opsawg-pcapng) that are written now and then: the two at the start of
 * a file and the statistics. Packets have their own, fast way in `packet-writer.ts`.
 */

export const BLOCK = {
  section: 0x0a0d0d0a,
  interface: 1,
  obsoletePacket: 2,
  simplePacket: 3,
  statistics: 5,
  enhancedPacket: 6,
} as const;

export const OPTION = {
  end: 0,
  comment: 1,
  epbFlags: 2,
  shbUserAppl: 4,
  ifName: 2,
  ifTsresol: 9,
  ifTsoffset: 14,
  isbStartTime: 2,
  isbEndTime: 3,
  isbIfRecv: 4,
  isbIfDrop: 5,
  isbOsDrop: 7,
} as const;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const LINKTYPE_RAW = 101;

/** An option's length is 16 bits wide. */
export const MAX_OPTION_BYTES = 0xffff;

const utf8 = new TextEncoder();

/** A point in time as blocks carry it: 64 bits of the interface's unit, in halves. */
export interface BlockTime {
  high: number;
  low: number;
}

export interface Statistics {
  time: BlockTime;
  /** Marks the clean end of a recording. */
  end?: BlockTime;
  received?: number;
  /** Passed but not recorded. */
  ownDropped?: number;
  /** Thrown away by the kernel. */
  kernelDropped?: number;
  comment?: string;
}

/** UTF-8 of a text, cut at a character so that it fits into an option. */
export function optionText(text: string): Uint8Array {
  const target = new Uint8Array(Math.min(text.length * 3, MAX_OPTION_BYTES));
  return target.subarray(0, utf8.encodeInto(text, target).written);
}

/** Bytes that an option with so long a value takes. */
export function optionBytes(valueBytes: number): number {
  return 4 + ((valueBytes + 3) & ~3);
}

type Option = readonly [code: number, value: Uint8Array];

function halves(high: number, low: number): Uint8Array {
  const value = new Uint8Array(8);
  const view = new DataView(value.buffer);
  view.setUint32(0, high, true);
  view.setUint32(4, low, true);
  return value;
}

/** Counters are one 64-bit number (low half first here), times are two 32-bit ones (high half first). */
function counter(value: number): Uint8Array {
  return halves(value >>> 0, Math.floor(value / 2 ** 32));
}

function block(type: number, body: Uint8Array, options: readonly Option[]): Uint8Array {
  const optionsBytes = options.reduce((sum, [, value]) => sum + optionBytes(value.length), 4);
  const total = 12 + body.length + optionsBytes;
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, total, true);
  bytes.set(body, 8);
  let at = 8 + body.length;
  for (const [code, value] of options) {
    view.setUint16(at, code, true);
    view.setUint16(at + 2, value.length, true);
    bytes.set(value, at + 4);
    at += optionBytes(value.length);
  }
  view.setUint32(total - 4, total, true);
  return bytes;
}

/** The start of a file: who wrote it, and one interface named by the address it records. */
export function headerBlocks(userAppl: string, address: string): Uint8Array {
  const section = new Uint8Array(16);
  const view = new DataView(section.buffer);
  view.setUint32(0, BYTE_ORDER_MAGIC, true);
  view.setUint16(4, 1, true);
  section.fill(0xff, 8);
  const link = new Uint8Array(8);
  new DataView(link.buffer).setUint16(0, LINKTYPE_RAW, true);
  const first = block(BLOCK.section, section, [[OPTION.shbUserAppl, optionText(userAppl)]]);
  const second = block(BLOCK.interface, link, [
    [OPTION.ifName, optionText(address)],
    [OPTION.ifTsresol, Uint8Array.of(9)],
  ]);
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** An Interface Statistics Block: counters, or a note that has no packet, or the end. */
export function statisticsBlock(of: Statistics): Uint8Array {
  const body = new Uint8Array(12);
  body.set(halves(of.time.high, of.time.low), 4);
  const options: Option[] = [];
  if (of.comment !== undefined) options.push([OPTION.comment, optionText(of.comment)]);
  if (of.end !== undefined) options.push([OPTION.isbEndTime, halves(of.end.high, of.end.low)]);
  if (of.received !== undefined) options.push([OPTION.isbIfRecv, counter(of.received)]);
  if (of.ownDropped !== undefined) options.push([OPTION.isbIfDrop, counter(of.ownDropped)]);
  if (of.kernelDropped !== undefined) options.push([OPTION.isbOsDrop, counter(of.kernelDropped)]);
  return block(BLOCK.statistics, body, options);
}
