import { CaptureScanner, PROBE_BYTES } from '../capture/reading/capture-scanner';
import type { BlockHandler } from '../capture/reading/capture-scanner';

/**
 * Counts the packets of a capture as Wireshark numbers them, given its bytes piece by piece. Only
 * packets count: notes and statistics have no number.
 */
export class PacketCount {
  readonly #visit: (offset: number) => void;
  #scanner: CaptureScanner | null = null;
  #left: Uint8Array = new Uint8Array(0);
  #base = 0;
  readonly #handler: BlockHandler = {
    packet: (_section, _view, _block, offset) => {
      this.#visit(offset);
    },
    statistics: () => undefined,
    other: () => undefined,
  };

  /** `visit` gets where each packet's block begins, in order. */
  constructor(visit: (offset: number) => void) {
    this.#visit = visit;
  }

  /** No more is understood from here on: Wireshark stops there as well. */
  get damaged(): boolean {
    return (this.#scanner?.damage ?? null) !== null;
  }

  push(piece: Uint8Array): void {
    if (this.damaged) return;
    const bytes = this.#left.length === 0 ? piece : Buffer.concat([this.#left, piece]);
    if (!this.#scanner) {
      if (bytes.length < PROBE_BYTES) {
        this.#left = bytes;
        return;
      }
      this.#scanner = new CaptureScanner('capture', bytes);
    }
    const from = this.#base === 0 ? this.#scanner.firstOffset : 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const stopped = this.#scanner.scan(view, from, bytes.length, this.#base, this.#handler);
    this.#base += stopped;
    this.#left = bytes.slice(stopped);
  }
}
