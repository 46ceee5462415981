import { refusal } from '../../../../src-shared/refusal/refusal';
import {
  byteOrder,
  eachOption,
  emptyBlock,
  hasOption,
  MAX_INTERFACES,
  parseBlock,
  parseInterface,
} from '../format/block-parser';
import type { Block, CaptureSection } from '../format/block-parser';
import { CaptureError } from '../format/capture-error';
import type { SectionStart } from '../format/file-blocks';
import { BLOCK, OPTION } from '../format/pcapng-blocks';

/** The name at the start of `shb_userappl` in captures of ours. */
const OUR_NAME = 'Wirebench';

const PCAP_MICROSECONDS = 0xa1b2c3d4;
const PCAP_NANOSECONDS = 0xa1b23c4d;
const PCAP_HEADER_BYTES = 24;

/** The least a file needs so that its kind can be told. */
export const PROBE_BYTES = 28;

export interface BlockHandler {
  packet(section: CaptureSection, view: DataView, block: Block, offset: number): void;
  statistics(section: CaptureSection, view: DataView, block: Block, offset: number): void;
  /** A block with no packet and no statistics; of a section the one that it begins. */
  other(section: CaptureSection, view: DataView, block: Block): void;
}

function notACapture(path: string, view: DataView): CaptureError {
  return new CaptureError('ERR_NOT_A_CAPTURE', refusal(whatItIs(view), { path }));
}

function pcapSection(view: DataView): CaptureSection | null {
  for (const littleEndian of [true, false]) {
    const magic = view.getUint32(0, littleEndian);
    if (magic !== PCAP_MICROSECONDS && magic !== PCAP_NANOSECONDS) continue;
    const unitsPerMs = magic === PCAP_NANOSECONDS ? 1e6 : 1e3;
    // The upper half of the link type says whether a checksum follows each frame.
    const linkType = view.getUint32(20, littleEndian) & 0xffff;
    const only = { linkType, unitsPerMs, offsetMs: 0 };
    return { format: 'pcap', littleEndian, interfaces: [only], ours: false };
  }
  return null;
}

function whatItIs(view: DataView) {
  const { byteLength } = view;
  if (byteLength === 0) return 'capture-empty';
  const first = view.getUint8(0);
  if (first === 0x3c) return 'capture-markup';
  if (first === 0x1f && byteLength > 1 && view.getUint8(1) === 0x8b) {
    return 'capture-gzip';
  }
  return 'not-a-capture';
}

const utf8 = new TextDecoder();

function isOurs(section: CaptureSection, view: DataView, block: Block): boolean {
  let ours = false;
  eachOption(section, view, block, (code, start, length) => {
    if (code !== OPTION.shbUserAppl) return false;
    const name = new Uint8Array(view.buffer, view.byteOffset + start, length);
    ours = utf8.decode(name).startsWith(OUR_NAME);
    return true;
  });
  return ours;
}

/** Walks over the blocks of a capture file, given its bytes piece by piece. */
export class CaptureScanner {
  /** Where each section starts, ascending. */
  readonly sections: SectionStart[];
  /** In this file, where the first block or record stands. */
  readonly firstOffset: number;
  /** What makes the rest unreadable, once met. */
  damage: string | null = null;
  /** Whether what was read last is the closing block of a recording. */
  endedCleanly = false;
  /** How long the block is that did not fit; 0 if not even that is known. */
  neededBytes = 0;
  #section: CaptureSection;
  #interfaces = 0;
  readonly #block = emptyBlock();

  /**
   * `head`: the first bytes of the file. Of one that goes on another: the sections of those before,
   * and the offset that it begins with. Throws ERR_NOT_A_CAPTURE.
   */
  constructor(path: string, head: Uint8Array, sections: SectionStart[] = [], origin = 0) {
    this.sections = sections;
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    if (head.length < PCAP_HEADER_BYTES) throw notACapture(path, view);
    const pcap = pcapSection(view);
    const order = byteOrder(view, 8);
    if (pcap === null && (view.getUint32(0) !== BLOCK.section || order === null)) {
      throw notACapture(path, view);
    }
    this.firstOffset = pcap === null ? 0 : PCAP_HEADER_BYTES;
    this.#section = pcap ?? {
      format: 'pcapng',
      littleEndian: order ?? true,
      interfaces: [],
      ours: false,
    };
    if (pcap !== null) this.sections.push({ start: origin, section: pcap });
  }

  /** The one that was begun last. */
  get section(): CaptureSection {
    return this.#section;
  }

  /**
   * Hands over every complete block of `view` from `at` to `end`; the view's start is `base` in the
   * file. Returns where it stopped: at an incomplete block, or at damage.
   */
  scan(view: DataView, at: number, end: number, base: number, handler: BlockHandler): number {
    const block = this.#block;
    let next = at;
    while (next < end) {
      const result = parseBlock(this.#section, view, next, end, block);
      if (result === 'need-more') {
        this.neededBytes = block.length;
        return next;
      }
      if (result === 'damaged' || !this.#take(view, block, base + next, handler)) {
        this.damage ??= 'a block has an impossible length';
        return next;
      }
      next += block.length;
    }
    this.neededBytes = 0;
    return next;
  }

  /** False when the block cannot be. */
  #take(view: DataView, block: Block, offset: number, handler: BlockHandler): boolean {
    switch (block.kind) {
      case 'packet':
        this.endedCleanly = false;
        handler.packet(this.#section, view, block, offset);
        return true;
      case 'statistics':
        this.endedCleanly = hasOption(this.#section, view, block, OPTION.isbEndTime);
        handler.statistics(this.#section, view, block, offset);
        return true;
      case 'section':
        return this.#startSection(view, block, offset, handler);
      case 'interface':
        handler.other(this.#section, view, block);
        if (++this.#interfaces > MAX_INTERFACES) {
          this.damage = `more than ${String(MAX_INTERFACES)} interfaces`;
          return false;
        }
        this.#section.interfaces.push(parseInterface(this.#section, view, block));
        return true;
      case 'other':
        handler.other(this.#section, view, block);
        return true;
      default:
        return block.kind satisfies never;
    }
  }

  #startSection(view: DataView, block: Block, offset: number, handler: BlockHandler): boolean {
    if (this.sections.length >= MAX_INTERFACES) {
      this.damage = `more than ${String(MAX_INTERFACES)} sections`;
      return false;
    }
    // Its place in the view tells its byte order, which may differ from the section before it.
    const littleEndian = byteOrder(view, block.optionsStart - 16) ?? true;
    const section: CaptureSection = { format: 'pcapng', littleEndian, interfaces: [], ours: false };
    section.ours = isOurs(section, view, block);
    this.#section = section;
    this.sections.push({ start: offset, section });
    handler.other(section, view, block);
    return true;
  }
}
