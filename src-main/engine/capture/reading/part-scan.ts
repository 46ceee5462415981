import { counted } from '../../../../src-shared/counted';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { CaptureState } from '../../../../src-shared/contract/socket';
import { refusal } from '../../../../src-shared/refusal/refusal';
import { CaptureError } from '../format/capture-error';
import type { SectionStart } from '../format/file-blocks';
import { CaptureScanner, PROBE_BYTES } from './capture-scanner';
import type { BlockHandler } from './capture-scanner';

const BUFFER_BYTES = 2 * 1024 * 1024;

/** Where in the capture a file begins, and what of the capture is known before it. */
interface PartPlace {
  origin: number;
  /** Those of this file are added. */
  sections: SectionStart[];
}

/** One file of a capture while it is read, bufferful by bufferful. */
export class PartScan {
  readonly path: string;
  /** The offset in the capture that it begins with. */
  readonly origin: number;
  /** As it was when it was opened: what is added later is not read. */
  readonly size: number;
  readonly #scanner: CaptureScanner;
  #file: number | null;
  #buffer = new Uint8Array(BUFFER_BYTES);
  /** Bytes of the file that came before the buffer's start, and how many the buffer holds. */
  #base: number;
  #held = 0;

  /** Throws Node's error when it cannot be opened, and ERR_NOT_A_CAPTURE when it is none. */
  constructor(path: string, { origin, sections }: PartPlace) {
    const file = openSync(path, 'r');
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) {
        throw new CaptureError('ERR_NOT_A_CAPTURE', refusal('capture-no-file', { path }));
      }
      const head = new Uint8Array(PROBE_BYTES);
      const count = readSync(file, head, 0, PROBE_BYTES, 0);
      this.#scanner = new CaptureScanner(path, head.subarray(0, count), sections, origin);
      this.size = stat.size;
    } catch (error) {
      closeSync(file);
      throw error;
    }
    this.path = path;
    this.origin = origin;
    this.#file = file;
    this.#base = this.#scanner.firstOffset;
  }

  /** Bytes of it that were looked at. */
  get readBytes(): number {
    return this.#base;
  }

  /** Reads and looks at one bufferful. False at the end, or where nothing more can be read. */
  step(handler: BlockHandler): boolean {
    if (this.#file === null) return false;
    const room = this.#buffer.length - this.#held;
    const wanted = Math.min(room, this.size - this.#base - this.#held);
    const place = this.#base + this.#held;
    const count = wanted <= 0 ? 0 : readSync(this.#file, this.#buffer, this.#held, wanted, place);
    this.#held += count;
    const view = new DataView(this.#buffer.buffer, 0, this.#held);
    const at = this.origin + this.#base;
    const stopped = this.#scanner.scan(view, 0, this.#held, at, handler);
    this.#buffer.copyWithin(0, stopped, this.#held);
    this.#base += stopped;
    this.#held -= stopped;
    if (this.#scanner.damage !== null) return false;
    if (this.#scanner.neededBytes > this.#buffer.length) {
      const wider = new Uint8Array(this.#scanner.neededBytes);
      wider.set(this.#buffer.subarray(0, this.#held));
      this.#buffer = wider;
      return true;
    }
    return count > 0;
  }

  /** What is wrong with it, once it was read as far as it can be; null: nothing. */
  damage(): CaptureState['damage'] {
    const atByte = this.#base;
    const { damage, endedCleanly, section } = this.#scanner;
    if (damage !== null) {
      const message = `At byte ${String(atByte)} ${damage}. The rows before it are whole.`;
      return { kind: 'damaged', atByte, message };
    }
    if (this.#held > 0) {
      const message = `The file ends within a block; ${counted(this.#held, 'byte')} at its end not shown.`;
      return { kind: 'cut', atByte, message };
    }
    if (!section.ours || endedCleanly) return null;
    const message =
      'It was not closed: it is still being recorded, or the program that did ended before, and the last moments may be missing.';
    return { kind: 'cut', atByte, message };
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
    this.#buffer = new Uint8Array(0);
  }
}
