import type { RowEvent } from '../../../../src-shared/contract/row';
import type { Decoded } from '../../../../src-shared/decode/decoded';
import type { Decoder } from '../../../../src-shared/decode/decoders';
import type { Charset } from '../../../../src-shared/encoding/charset';
import type { RowWay } from '../../../../src-shared/filter/filter';
import { RowKind } from '../rows/capture-index';
import { frameBytes } from '../rows/frame-bytes';
import type { FrameEntry } from '../rows/frame-list';
import { frameMessage } from '../rows/frame-message';
import { msBetween } from '../rows/row-reader';
import { noteText } from '../rows/row-note';
import type { RowReader, RowSource, RowTime } from '../rows/row-reader';
import type { ScannedFacts } from '../rows/scanned-facts';
import { TextLead } from '../rows/text-lead';

/** A frame as a filter sees it. */
export class FrameFacts implements ScannedFacts {
  readonly #source: RowSource;
  readonly #reader: RowReader;
  entry: FrameEntry;
  /** The row in which the frame before it ended, or -1. */
  before = -1;
  /** What it says to the decoder asked last. */
  #decoded: { entry: FrameEntry; decoder: Decoder; said: readonly Decoded[] } | null = null;

  constructor(source: RowSource, reader: RowReader, entry: FrameEntry) {
    this.#source = source;
    this.#reader = reader;
    this.entry = entry;
  }

  get number(): number {
    return this.entry.row + 1;
  }

  get lengthBytes(): number {
    return this.entry.lengthBytes;
  }

  get way(): RowWay {
    const { asItIs, row } = this.entry;
    if (!asItIs) return this.#source.index.kind(row) === RowKind.out ? 'out' : 'in';
    this.#reader.timeOf(row);
    return this.#reader.restOf(row).direction;
  }

  get event(): RowEvent | null {
    if (!this.entry.asItIs) return null;
    this.#reader.timeOf(this.entry.row);
    return this.#reader.restOf(this.entry.row).note?.event ?? null;
  }

  get peer(): string {
    return this.#source.peerOf(this.#source.index.flow(this.entry.row)).toLowerCase();
  }

  get flow(): number {
    return this.#source.index.flow(this.entry.row);
  }

  get time(): RowTime {
    return this.#reader.timeOf(this.entry.endRow);
  }

  get at(): number {
    return this.time.ms;
  }

  get deltaMs(): number | null {
    if (this.before < this.#source.index.first) return null;
    return msBetween(this.#reader.timeOf(this.before), this.#reader.timeOf(this.entry.endRow));
  }

  get marked(): boolean {
    return this.#source.marks.of(this.entry.row) !== null;
  }

  get displayed(): boolean {
    const { index, matched } = this.#source;
    if (!matched) return false;
    const { row: first, endRow } = this.entry;
    for (let row = first; row <= endRow; row++) {
      const same = index.flow(row) === index.flow(first) && index.kind(row) === index.kind(first);
      if (same && matched.hasRow(this.#source, this.#reader, row)) return true;
    }
    return false;
  }

  get noteText(): string {
    return noteText(this.#source, this.#reader, this.entry.row);
  }

  payload(): Uint8Array {
    return frameBytes(this.#source, this.#reader, this.entry, Infinity).bytes;
  }

  messages(decoder: Decoder): readonly Decoded[] {
    if (this.#decoded?.entry !== this.entry || this.#decoded.decoder !== decoder) {
      const said = frameMessage(this.#source, this.#reader, this.entry, decoder);
      this.#decoded = { entry: this.entry, decoder, said: [said] };
    }
    return this.#decoded.said;
  }

  lead(charset: Charset): Uint8Array | null {
    return new TextLead(this.#source, this.#reader).of(charset, this.entry);
  }
}
