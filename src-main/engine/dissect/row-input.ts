import { setImmediate as turn } from 'node:timers/promises';
import { type PlainName, refusal } from '../../../src-shared/refusal/refusal';
import { interfaceBlock, sectionBlock } from '../export/pcapng-parts';
import { emptyBlock, parseBlock } from '../capture/format/block-parser';
import type { CaptureSection } from '../capture/format/block-parser';
import { emptyPacket, parsePacket } from '../capture/format/packet-parser';
import { CommandError } from '../command-error';
import type { RowPackets, RowView, Session } from '../types';
import { PacketCount } from './packet-count';

/** A capture up to this size is given to Wireshark whole; of a larger one as much before the row. */
const WHOLE_BYTES = 16 * 1024 * 1024;
const PCAP_HEADER_BYTES = 24;
const READ_BYTES = 256 * 1024;

/** What Wireshark is given, to dissect one row. */
export interface RowInput {
  /** A capture. */
  bytes: Uint8Array;
  /** The packet to dissect, as Wireshark numbers those. */
  frame: number;
  /** Packets of the row; the last is dissected, as what is put together is told there. */
  packets: number;
  /** All of the capture; else packets are numbered from where it begins. */
  whole: boolean;
  packet: PacketBytes;
}

/** A packet, and where in it what it carries begins. */
interface PacketBytes {
  bytes: Uint8Array;
  payloadStart: number;
}

interface BlockPlace {
  offset: number;
  lengthBytes: number;
}

/** The packet of a row with what Wireshark needs to know before it. Throws a CommandError. */
export async function rowInput(session: Session, view: RowView, index: number): Promise<RowInput> {
  const asked = view.asked(index, index + 1);
  // Of a frame, the row in which it ends: what was put together is told there.
  const row = asked?.count === 1 ? asked.words[asked.frames ? 2 : 0] : undefined;
  if (row === undefined) throw notPossible('row-no-packet');
  session.flush();
  const all = session.view(null);
  const { packets } = all;
  if (!packets) throw notPossible('capture-no-packets');
  const places: BlockPlace[] = [];
  packets.during(() => {
    packets.each(row, (offset, lengthBytes) => places.push({ offset, lengthBytes }));
  });
  const last = places.at(-1);
  const packet = last === undefined ? null : packetBytes(packets, last);
  const end = last === undefined ? 0 : last.offset + last.lengthBytes;
  const written = session.flushedBytes;
  if (last === undefined || packet === null || end > written) throw notPossible('packet-none');
  const { start, section } = packets.section(last.offset);
  // Files of pcap are no capture when they just follow each other.
  const joins = section.format === 'pcapng' || session.files.length === 1;
  const whole = start === 0 && joins && written <= WHOLE_BYTES;
  const near = end - start <= WHOLE_BYTES;
  const bytes = near
    ? await readPart(packets, start, whole ? written : end)
    : await sliceBefore(packets, { row, end });
  let frame = 0;
  const at = near ? last.offset - start : bytes.length - last.lengthBytes;
  let seen = 0;
  new PacketCount((offset) => {
    seen++;
    if (offset === at) frame = seen;
  }).push(bytes);
  if (frame === 0) throw notPossible('packet-gone');
  return { bytes, frame, packets: places.length, whole, packet };
}

function notPossible(name: PlainName): CommandError {
  return new CommandError('ERR_NOT_POSSIBLE', refusal(name));
}

/** Null: no packet stands there. */
function packetBytes(packets: RowPackets, { offset, lengthBytes }: BlockPlace): PacketBytes | null {
  return packets.during(() => {
    const { section } = packets.section(offset);
    const bytes = packets.read(offset, lengthBytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const block = emptyBlock();
    if (parseBlock(section, view, 0, bytes.byteLength, block) !== 'ok') return null;
    if (block.kind !== 'packet') return null;
    const { packetStart, capturedBytes } = block;
    const packet = emptyPacket();
    const link = section.interfaces[block.interfaceId]?.linkType ?? -1;
    const known = parsePacket(link, view, packetStart, capturedBytes, packet);
    return {
      bytes: bytes.slice(packetStart, packetStart + capturedBytes),
      payloadStart: known ? packet.payloadStart - packetStart : 0,
    };
  });
}

/** Piece by piece: other things are done in between. */
async function readPart(packets: RowPackets, from: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - from);
  let filled = 0;
  while (filled < bytes.length) {
    const size = Math.min(READ_BYTES, bytes.length - filled);
    const piece = packets.during(() => {
      const read = packets.read(from + filled, size).subarray(0, size);
      bytes.set(read, filled);
      return read.length;
    });
    if (piece === 0) break;
    filled += piece;
    await turn();
  }
  return bytes.subarray(0, filled);
}

/** A capture of its own with the rows before, in the same section of the file. */
async function sliceBefore(
  packets: RowPackets,
  { row, end }: { row: number; end: number },
): Promise<Uint8Array> {
  const { start: sectionStart, section } = packets.section(end - 1);
  const from = packets.during(() => {
    const earliest = Math.max(sectionStart, end - WHOLE_BYTES);
    // Rows ascend in the file but for those put in order: where one begins, a block begins.
    let low = 0;
    let high = row;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((beginOf(packets, middle) ?? 0) < earliest) low = middle + 1;
      else high = middle;
    }
    return beginOf(packets, low) ?? end;
  });
  const part = await readPart(packets, from, end);
  const header =
    section.format === 'pcap'
      ? await readPart(packets, sectionStart, sectionStart + PCAP_HEADER_BYTES)
      : sectionHead(section);
  return Buffer.concat([header, ...withoutInterfaces(section, part)]);
}

function beginOf(packets: RowPackets, row: number): number | null {
  let begin: number | null = null;
  packets.each(row, (offset) => (begin ??= offset));
  return begin;
}

/** A section with all the interfaces of the one it stands for. */
function sectionHead(section: CaptureSection): Uint8Array {
  const { littleEndian, interfaces } = section;
  return Buffer.concat([
    sectionBlock(littleEndian),
    ...interfaces.map((one) => interfaceBlock(one, littleEndian)),
  ]);
}

/** Those in between are at the beginning already, and would be counted twice. */
function* withoutInterfaces(section: CaptureSection, part: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
  const block = emptyBlock();
  let from = 0;
  for (let at = 0; parseBlock(section, view, at, part.length, block) === 'ok'; at += block.length) {
    if (block.kind !== 'interface') continue;
    yield part.subarray(from, at);
    from = at + block.length;
  }
  yield part.subarray(from);
}
