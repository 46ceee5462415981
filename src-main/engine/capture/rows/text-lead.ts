import type { Row } from '../../../../src-shared/contract/row';
import { joined, leadOf } from '../../../../src-shared/encoding/carry';
import type { ViewShape } from '../../../../src-shared/contract/view-shape';
import type { Charset } from '../../../../src-shared/encoding/charset';
import { UTF8 } from '../../../../src-shared/encoding/unicode';
import type { ViewOptions } from '../../types';
import { RowKind } from './capture-index';
import { RowReader } from './row-reader';
import type { RowSource } from './row-reader';

/**
 * How far back a byte is looked for that surely begins a character. In the double-byte encodings most
 * bytes may stand first or second in theirs, so where characters begin is known only from such a byte
 * on: a space, a digit, the end of a line. A text of 64 KiB without one, or one that 4096 rows of other
 * connections part from its beginning, is read as if a character began at that bound: its first
 * characters may then be shown wrongly, until such a byte comes. The bytes beside them are right.
 */
const BACK_BYTES = 64 * 1024;
const BACK_ROWS = 4096;

const NO_BYTES = new Uint8Array(0);

/** Where the bytes of a row of a log stand. */
interface Place {
  row: number;
  /** In the row's payload. */
  offset: number;
}

/** Finds the beginnings of characters that rows go on with. */
export class TextLead {
  readonly #source: RowSource;
  readonly #reader: RowReader;

  constructor(source: RowSource, reader: RowReader) {
    this.#source = source;
    this.#reader = reader;
  }

  /** The bytes before a place that begin the character there; null: one begins there. */
  of(charset: Charset, { row, offset }: Place): Uint8Array<ArrayBuffer> | null {
    const bytes = this.#reader.payloadOf(row);
    return this.at(charset, { row, offset }, bytes.slice(offset, offset + charset.longest));
  }

  /** The same, of a place whose first bytes are known. */
  at(charset: Charset, place: Place, next: Uint8Array): Uint8Array<ArrayBuffer> | null {
    const first = next[0];
    if (first === undefined || charset.begins(first)) return null;
    const before = charset.unit === 1 ? this.#since(charset, place) : this.#units(charset, place);
    return before.length === 0 ? null : leadOf(charset, before, next);
  }

  /** The bytes before it, from one on that begins a character. */
  #since(charset: Charset, place: Place): Uint8Array {
    const most = Math.min(BACK_BYTES, charset.reach);
    let before: Uint8Array = NO_BYTES;
    this.#eachBefore(place, (piece) => {
      const room = most - before.length;
      const least = Math.max(0, piece.length - room);
      for (let at = piece.length - 1; at >= least; at--)
        if (charset.begins(piece[at] ?? 0)) {
          before = joined(piece.subarray(at), before);
          return false;
        }
      before = joined(piece.subarray(least), before);
      return before.length < most;
    });
    return before;
  }

  /** Of units of two bytes: the last one or two, counted from the beginning of the stream. */
  #units(charset: Charset, place: Place): Uint8Array {
    const { index } = this.#source;
    let position = place.offset;
    this.#eachRowBefore(place.row, (row) => {
      position += index.lengthBytes(row);
      return true;
    });
    const wanted = Math.min(position, charset.unit + (position % charset.unit));
    let before: Uint8Array = NO_BYTES;
    this.#eachBefore(place, (piece) => {
      const part = piece.subarray(Math.max(0, piece.length - (wanted - before.length)));
      before = joined(part, before);
      return before.length < wanted;
    });
    return before;
  }

  /** Payloads of the same stream, newest first, until `visit` says that it is enough. */
  #eachBefore({ row, offset }: Place, visit: (piece: Uint8Array) => boolean): void {
    if (offset > 0 && !visit(this.#reader.payloadOf(row).subarray(0, offset))) return;
    this.#eachRowBefore(row, (before) => visit(this.#reader.payloadOf(before)));
  }

  #eachRowBefore(row: number, visit: (row: number) => boolean): void {
    const { index, protocolOf } = this.#source;
    const flow = index.flow(row);
    // A datagram goes on with nothing.
    if (protocolOf(flow) === 'udp') return;
    const kind = index.kind(row);
    const end = Math.max(0, row - BACK_ROWS);
    for (let before = row - 1; before >= end; before--) {
      if (index.flow(before) !== flow) continue;
      const other = index.kind(before);
      // Bytes are missing there: nothing before goes on here.
      if (isGapOf(other, kind)) return;
      if (other === kind && index.lengthBytes(before) > 0 && !visit(before)) return;
    }
  }
}

function isGapOf(kind: number, data: number): boolean {
  return kind === (data === RowKind.out ? RowKind.gapOut : RowKind.gapIn);
}

/** Gives rows what begins the characters that they go on with. */
export class RowLeads {
  /** What else the rows of the view are. */
  readonly shape: ViewShape;
  readonly #charset: Charset;
  readonly #source: RowSource;
  readonly #lead: TextLead;

  constructor(source: RowSource, { shape, charset = UTF8 }: Partial<ViewOptions> = {}) {
    this.shape = shape ?? {};
    this.#charset = charset;
    this.#source = source;
    this.#lead = new TextLead(source, new RowReader(source));
  }

  /** `placeOf`: where a frame begins; left out for rows as they are. */
  rows(rows: readonly Row[], placeOf: (row: Row) => Place = rowPlace): Row[] {
    return this.#source.blocks.during(() =>
      rows.map((row) => {
        const first = row.preview[0];
        // Nearly all: where they stand is not looked for.
        if (first === undefined || this.#charset.begins(first)) return row;
        const lead = this.#lead.at(this.#charset, placeOf(row), row.preview);
        return lead === null ? row : { ...row, lead };
      }),
    );
  }
}

function rowPlace({ number }: Row): Place {
  return { row: number - 1, offset: 0 };
}
