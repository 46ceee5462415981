import type { PacketSet, RowReader, RowSource } from '../rows/row-reader';
import { RowKind } from '../rows/capture-index';
import { ONE_PACKET_BYTES } from './raw-search';

/** Between two segments of a chunk there are acknowledgements only. */
const SLACK_BYTES = 4096;

const PIECE = 1 << 14;

/** Where the packets begin that pass a display filter: ascending, 8 bytes each. */
export class MatchedPackets implements PacketSet {
  readonly #pieces: Float64Array[] = [];
  #length = 0;

  add(offsets: Float64Array): void {
    for (const offset of offsets) {
      const at = this.#length % PIECE;
      if (at === 0) this.#pieces.push(new Float64Array(PIECE));
      const piece = this.#pieces.at(-1);
      if (piece) piece[at] = offset;
      this.#length++;
    }
  }

  /** Whether a packet of that row is among them. */
  hasRow({ index, fragments }: RowSource, reader: RowReader, row: number): boolean {
    if (index.kind(row) >= RowKind.summary) return false;
    const offset = index.offset(row);
    const first = this.#firstFrom(offset);
    if (first === offset) return true;
    const earlier = fragments?.of(offset) ?? [];
    if (earlier.length > 0)
      return earlier.some((one) => this.#firstFrom(one.offset) === one.offset);
    const lengthBytes = index.lengthBytes(row);
    // Most rows are of one packet, and cost no read.
    if (lengthBytes < ONE_PACKET_BYTES || first > offset + lengthBytes * 2 + SLACK_BYTES)
      return false;
    let found = false;
    reader.eachBlock(row, (at) => (found ||= this.#firstFrom(at) === at));
    return found;
  }

  /** The first at that offset or after it. */
  #firstFrom(offset: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#at(middle) < offset) low = middle + 1;
      else high = middle;
    }
    return low < this.#length ? this.#at(low) : Infinity;
  }

  #at(place: number): number {
    return this.#pieces[Math.floor(place / PIECE)]?.[place % PIECE] ?? Infinity;
  }
}
