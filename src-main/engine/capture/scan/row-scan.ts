import type { RowEvent } from '../../../../src-shared/contract/row';
import type { SocketId } from '../../../../src-shared/contract/socket';
import type { Decoded } from '../../../../src-shared/decode/decoded';
import type { Decoder } from '../../../../src-shared/decode/decoders';
import type { Charset } from '../../../../src-shared/encoding/charset';
import type { Filter, RowWay } from '../../../../src-shared/filter/filter';
import { rowTest } from '../../../../src-shared/filter/matcher';
import type { RowTest } from '../../../../src-shared/filter/matcher';
import { RowKind } from '../rows/capture-index';
import { RowMessages } from './row-messages';
import { PayloadsLacking } from './payloads-lacking';
import { noteText } from '../rows/row-note';
import { msBetween, RowReader } from '../rows/row-reader';
import type { RowSource, RowTime } from '../rows/row-reader';
import type { ScannedFacts } from '../rows/scanned-facts';
import { TextLead } from '../rows/text-lead';

/** Rows looked at before the clock is asked again, and bytes: an expression may take its time for them. */
const BATCH = 64;
const BATCH_BYTES = 64 * 1024;

/** Gets every row of the log, shown or not. */
type VisitRow = (facts: ScannedFacts, shown: boolean) => void;

/** One row as a filter sees it; what stands in the index costs no read. */
export class ScannedRow implements ScannedFacts {
  readonly #source: RowSource;
  readonly #reader: RowReader;
  #row = 0;
  /** The row before it in the log that is filtered, or -1. */
  #before = -1;
  #told: { way: RowWay; event: RowEvent | null } | null = null;
  #time: RowTime | null = null;
  #lead: TextLead | null = null;
  readonly #inOrder: { socket: SocketId | null } | null;
  #messages: RowMessages | null = null;

  /** `inOrder`: it moves to every row of that socket, one after the other. */
  constructor(source: RowSource, inOrder: { socket: SocketId | null } | null = null) {
    this.#source = source;
    this.#reader = new RowReader(source);
    this.#inOrder = inOrder;
  }

  moveTo(row: number, before: number): void {
    this.#row = row;
    this.#before = before;
    this.#told = null;
    this.#time = null;
  }

  get number(): number {
    return this.#row + 1;
  }

  get flow(): number {
    return this.#source.index.flow(this.#row);
  }

  get lengthBytes(): number {
    return this.#source.index.lengthBytes(this.#row);
  }

  get way(): RowWay {
    const { index } = this.#source;
    // A state has no payload; an empty datagram has none either and is told by its packet.
    if (index.lengthBytes(this.#row) > 0)
      return index.kind(this.#row) === RowKind.out ? 'out' : 'in';
    return this.#tell().way;
  }

  get event(): RowEvent | null {
    return this.lengthBytes > 0 ? null : this.#tell().event;
  }

  get peer(): string {
    return this.#source.peerOf(this.#source.index.flow(this.#row)).toLowerCase();
  }

  get at(): number {
    return this.time.ms;
  }

  get deltaMs(): number | null {
    // What a ring has let go has no time any more.
    if (this.#before < this.#source.index.first) return null;
    const { time } = this;
    return msBetween(this.#reader.timeOf(this.#before), time);
  }

  get marked(): boolean {
    return this.#source.marks.of(this.#row) !== null;
  }

  get displayed(): boolean {
    return this.#source.matched?.hasRow(this.#source, this.#reader, this.#row) ?? false;
  }

  get noteText(): string {
    return noteText(this.#source, this.#reader, this.#row);
  }

  payload(): Uint8Array {
    return this.#reader.payloadOf(this.#row);
  }

  lead(charset: Charset): Uint8Array | null {
    this.#lead ??= new TextLead(this.#source, this.#reader);
    return this.#lead.of(charset, { row: this.#row, offset: 0 });
  }

  messages(decoder: Decoder): readonly Decoded[] {
    this.#messages ??= new RowMessages(this.#source, this.#inOrder?.socket ?? null);
    return this.#messages.of(this.#row, decoder, this.#inOrder !== null);
  }

  get time(): RowTime {
    this.#time ??= this.#reader.timeOf(this.#row);
    return this.#time;
  }

  #tell(): { way: RowWay; event: RowEvent | null } {
    if (this.#told) return this.#told;
    this.#time = this.#reader.timeOf(this.#row);
    const { direction, note } = this.#reader.restOf(this.#row);
    this.#told = { way: direction, event: note?.event ?? null };
    return this.#told;
  }
}

/** Looks through the rows of a capture for those that a filter lets pass, from the first on. */
export class RowScan {
  readonly #source: RowSource;
  readonly #row: ScannedRow;
  readonly #test: RowTest;
  readonly #socket: SocketId | null;
  readonly #visit: VisitRow | null;
  readonly #lacking: PayloadsLacking | null;
  /** The row of this socket that was looked at last. */
  #before = -1;
  /** Rows looked at so far, those that were let go before among them. */
  scanned = 0;
  /** Rows that were let go before they were looked at. */
  goneRows = 0;
  readonly pendingBytes = 0;

  /** `socket` null: the rows of all. */
  constructor(
    source: RowSource,
    filter: Filter,
    socket: SocketId | null,
    visit: VisitRow | null = null,
  ) {
    this.#source = source;
    this.#row = new ScannedRow(source, { socket });
    this.#test = rowTest(filter);
    this.#socket = socket;
    this.#visit = visit;
    this.#lacking = visit === null ? PayloadsLacking.of(source, filter) : null;
  }

  /** Goes on for about `ms`, at most to `end`; `hit` gets the rows that pass. */
  scan(end: number, ms: number, hit: (row: readonly [number]) => void): void {
    const until = performance.now() + ms;
    const { index } = this.#source;
    const { first } = index;
    this.goneRows += Math.max(0, first - this.scanned);
    this.scanned = Math.max(first, this.scanned);
    this.#source.blocks.during(() => {
      do {
        const stop = Math.min(end, this.scanned + BATCH);
        for (let bytes = 0; this.scanned < stop && bytes < BATCH_BYTES; this.scanned++) {
          bytes += index.lengthBytes(this.scanned);
          this.#look(this.scanned, end, hit);
        }
      } while (this.scanned < end && performance.now() < until);
    });
  }

  #look(row: number, end: number, hit: (row: readonly [number]) => void): void {
    const { index, socketOf } = this.#source;
    if (this.#socket !== null && socketOf(index.flow(row)) !== this.#socket) return;
    this.#row.moveTo(row, this.#before);
    this.#before = row;
    if (this.#lacking?.lacks(this.#row, row, end) === true) return;
    const shown = this.#test(this.#row);
    this.#visit?.(this.#row, shown);
    if (shown) hit([row]);
  }
}
