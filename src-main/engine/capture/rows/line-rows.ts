import type { SocketId } from '../../../../src-shared/contract/socket';
import type { LinesShape } from '../../../../src-shared/contract/view-shape';
import { RowKind } from './capture-index';
import type { LineWalker } from './line-walker';
import { PartBorders } from './part-borders';
import type { RowReader, RowSource } from './row-reader';

/** Rows looked at before the clock is asked again. */
const BATCH = 64;

/** Feeds the rows of one socket, or of all, to a walker: the same rows in every thread. */
export class LineRows {
  readonly #source: RowSource;
  readonly #reader: RowReader;
  readonly #socket: SocketId | null;
  readonly #way: LinesShape['way'];
  readonly #borders: PartBorders;

  constructor(
    source: RowSource,
    reader: RowReader,
    { lines, socket }: { lines: LinesShape; socket: SocketId | null },
  ) {
    this.#source = source;
    this.#reader = reader;
    this.#socket = socket;
    this.#way = lines.way;
    this.#borders = new PartBorders(source);
  }

  /**
   * `from`: bytes of it that belong to lines before. `bytes`: they are wanted, also for hex lines.
   * `seen`: is given the payload before its lines are walked.
   */
  feed(
    walker: LineWalker,
    row: number,
    from: number,
    bytes: boolean,
    seen?: (payload: Uint8Array) => void,
  ): void {
    const { index, socketOf, protocolOf } = this.#source;
    // What a ring has let go is no line. What is left must give the same lines without it.
    if (row < index.first) return;
    if (this.#borders.begins(row)) walker.cut();
    const flow = index.flow(row);
    const kind = index.kind(row);
    if (this.#socket !== null && socketOf(flow) !== this.#socket) {
      // What was not recorded is missing from every connection there was.
      if (flow === 0 && this.#mayTell(kind) && this.#isGap(row)) walker.alone(row);
      return;
    }
    const lengthBytes = index.lengthBytes(row);
    const isData = kind === RowKind.in || kind === RowKind.out;
    if (lengthBytes === 0) {
      const datagram = isData && protocolOf(flow) === 'udp';
      if (!datagram || this.#shows(kind)) walker.alone(row);
      return;
    }
    if (!this.#shows(kind)) return;
    const payload = bytes || walker.needsBytes ? this.#payload(row, lengthBytes) : null;
    const datagram = protocolOf(flow) === 'udp';
    if (payload) seen?.(payload);
    walker.push({ row, flow, kind, lengthBytes, datagram }, payload, from);
  }

  /** Exactly as long as the index says, also when the file was cut meanwhile. */
  #payload(row: number, lengthBytes: number): Uint8Array {
    const payload = this.#reader.payloadOf(row);
    if (payload.length >= lengthBytes) return payload.subarray(0, lengthBytes);
    const whole = new Uint8Array(lengthBytes);
    whole.set(payload);
    return whole;
  }

  #shows(kind: number): boolean {
    return this.#way === undefined || (kind === RowKind.out) === (this.#way === 'out');
  }

  #mayTell(kind: number): boolean {
    return kind === RowKind.note || kind === RowKind.summary;
  }

  #isGap(row: number): boolean {
    this.#reader.timeOf(row);
    const event = this.#reader.restOf(row).note?.event;
    return event === 'gap' || event === 'missing-part';
  }
}

/** Looks at rows for about `ms`, but at those that were let go; returns the first not looked at. */
export function eachRow(
  { blocks, index }: RowSource,
  { from, end, ms }: { from: number; end: number; ms: number },
  look: (row: number) => void,
): number {
  const until = performance.now() + ms;
  let row = Math.min(end, Math.max(from, index.first));
  blocks.during(() => {
    while (row < end) {
      const stop = Math.min(end, row + BATCH);
      for (; row < stop; row++) look(row);
      if (performance.now() >= until) return;
    }
  });
  return row;
}
