import type { Block, CaptureSection } from '../capture/format/block-parser';
import { BLOCK, BYTE_ORDER_MAGIC, OPTION } from '../capture/format/pcapng-blocks';

/* Blocks for packets whose own file has none that could be copied: of pcap, mostly. */

type Interface = CaptureSection['interfaces'][number];

/** `fill` writes the body at 8; sizes are multiples of four. */
function block(
  type: number,
  bodyBytes: number,
  little: boolean,
  fill: (view: DataView) => void,
): Uint8Array {
  const total = 12 + bodyBytes;
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, little);
  view.setUint32(4, total, little);
  view.setUint32(total - 4, total, little);
  fill(view);
  return bytes;
}

/** The start of a section that nobody in particular wrote. */
export function sectionBlock(little = true): Uint8Array {
  return block(BLOCK.section, 16, little, (view) => {
    view.setUint32(8, BYTE_ORDER_MAGIC, little);
    view.setUint16(12, 1, little);
    view.setBigInt64(16, -1n, little);
  });
}

/** An interface by what was understood of it. */
export function interfaceBlock(of: Interface, little: boolean): Uint8Array {
  const { linkType, unitsPerMs, offsetMs } = of;
  const offset = offsetMs === 0 ? 0 : 12;
  return block(BLOCK.interface, 8 + 8 + offset + 4, little, (view) => {
    view.setUint16(8, linkType, little);
    view.setUint16(16, OPTION.ifTsresol, little);
    view.setUint16(18, 1, little);
    view.setUint8(20, resolution(unitsPerMs));
    if (offset === 0) return;
    view.setUint16(24, OPTION.ifTsoffset, little);
    view.setUint16(26, 8, little);
    view.setBigInt64(28, BigInt(Math.round(offsetMs / 1000)), little);
  });
}

/** As `if_tsresol` says it: a power of ten, or with the high bit of two. */
function resolution(unitsPerMs: number): number {
  const perSecond = unitsPerMs * 1000;
  const power = Math.round(Math.log10(perSecond));
  return 10 ** power === perSecond ? power : 0x80 | Math.round(Math.log2(perSecond));
}

/** A record of pcap as a packet of interface 0. */
export function packetBlock(of: Block, bytes: Uint8Array): Uint8Array {
  const packet = bytes.subarray(of.packetStart, of.packetStart + of.capturedBytes);
  const padded = (packet.length + 3) & ~3;
  const made = block(BLOCK.enhancedPacket, 20 + padded, true, (view) => {
    view.setUint32(12, of.timeHigh, true);
    view.setUint32(16, of.timeLow, true);
    view.setUint32(20, packet.length, true);
    view.setUint32(24, of.originalBytes, true);
  });
  made.set(packet, 28);
  return made;
}
