import type { Row } from '../../../../src-shared/contract/row';
import type { SocketId } from '../../../../src-shared/contract/socket';
import type { Charset } from '../../../../src-shared/encoding/charset';
import { UTF8 } from '../../../../src-shared/encoding/unicode';
import type { LinesShape, ViewShape } from '../../../../src-shared/contract/view-shape';
import type {
  QuestionsRequest,
  RowQuestions,
  RowView,
  RunningStatistics,
  Search,
  SearchOptions,
  StatisticsRequest,
  ViewOptions,
} from '../../types';
import { LineMarks } from '../rows/line-marks';
import { LineRows } from '../rows/line-rows';
import { LineWalker } from '../rows/line-walker';
import type { LinePlace } from '../rows/line-walker';
import { MAX_LINE_BYTES } from '../rows/text-line';
import { RowKind } from '../rows/capture-index';
import { QuestionView } from './row-questions';
import { msBetween, RowReader } from '../rows/row-reader';
import type { RowSource, RowTime } from '../rows/row-reader';
import { ScanThread } from './scan-thread';
import { SearchView } from './search-view';
import { StatisticsView } from '../scan/statistics/statistics-view';
import { TextLead } from '../rows/text-lead';

interface LineViewOptions extends ViewOptions {
  /** Those of the shape. */
  lines: LinesShape;
  /** Null: the rows of all. */
  socket: SocketId | null;
}

interface Line extends LinePlace {
  endRow: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** Where in it another chunk begins, and the rows of those. */
  cuts: { at: number; row: number }[];
}

/** What the lines of one row have in common. */
interface SharedRow {
  row: number;
  time: RowTime;
  rest: ReturnType<RowReader['restOf']>;
}

/**
 * A connection as lines of equal height: another thread counts them and tells where each 64th begins,
 * and the first of each file; those that are asked for are made from there.
 */
export class LineView implements RowView {
  readonly #source: RowSource;
  readonly #reader: RowReader;
  readonly #marks = new LineMarks();
  readonly #scan: ScanThread;
  readonly #shown: { lines: LinesShape; socket: SocketId | null };
  readonly #searched: { shape: ViewShape; socket: SocketId | null };
  /** Frames have packets of their own; lines have not. */
  readonly packets = null;

  readonly #charset: Charset;
  readonly #lead: TextLead;

  constructor(source: RowSource, options: LineViewOptions) {
    const { shape, charset = UTF8, lines, socket, onChange, thread } = options;
    this.#source = source;
    this.#reader = new RowReader(source);
    this.#charset = charset;
    this.#lead = new TextLead(source, new RowReader(source));
    this.#shown = { lines, socket };
    this.#searched = { shape, socket };
    const found = (words: Uint32Array<ArrayBuffer>) => {
      this.#marks.append(words);
    };
    this.#scan = new ScanThread(source, { shape, socket, thread, found, onChange });
  }

  get length(): number {
    return this.#scan.lines;
  }

  get scanning(): NonNullable<RowView['scanning']> {
    const { scanned: scannedRows, pendingBytes, problem, done } = this.#scan;
    return { scannedRows, pendingBytes, problem, done };
  }

  /** Lines before a mark that lies in rows let go cannot be made any more. */
  get first(): number {
    const mark = this.#firstMark;
    return mark < this.#marks.length ? this.#marks.at(mark).line : this.length;
  }

  get #firstMark(): number {
    const { first } = this.#source.index;
    return first === 0 ? 0 : this.#marks.from(first);
  }

  rows(from: number, count: number): Row[] {
    return this.#source.blocks.during(() => {
      const rows: Row[] = [];
      let before: RowTime | null = null;
      const first = Math.max(this.first, from - 1);
      let shared: SharedRow | null = null;
      for (const [place, line] of this.#lines(first, from + count).entries()) {
        const index = first + place;
        // Thousands of lines may be of one chunk: it is read once.
        if (shared?.row !== line.row) shared = this.#shared(line.row);
        const { time, rest } = shared;
        const deltaMs = before === null ? null : msBetween(before, time);
        const where = { index, number: line.row + 1, at: time.ms, deltaMs };
        if (index >= from) rows.push({ ...rest, ...where, ...this.#bytesOf(line) });
        before = time;
      }
      return rows;
    });
  }

  bytes(index: number): Uint8Array {
    return this.#source.blocks.during(
      () => this.#lines(index, index + 1)[0]?.bytes ?? new Uint8Array(0),
    );
  }

  placeFrom(number: number): number | null {
    const row = number - 1;
    const from = Math.max(this.#firstMark, this.#marks.before(row));
    // Long rows have many marks: that of the row itself is at most one further on.
    for (let mark = from; mark < this.#marks.length; mark++) {
      const start = this.#marks.at(mark).line;
      const end = mark + 1 < this.#marks.length ? this.#marks.at(mark + 1).line : this.length;
      const lines = this.#source.blocks.during(() => this.#lines(start, end));
      const found = lines.findIndex(({ endRow }) => endRow >= row);
      if (found !== -1) return start + found;
    }
    return null;
  }

  /** Nothing is asked about lines: what stands out are rows. */
  asked(): null {
    return null;
  }

  questions(request: QuestionsRequest): RowQuestions {
    return new QuestionView(this.#source, this.#searched, request);
  }

  search(options: SearchOptions): Search {
    return new SearchView(this.#source, this, this.#searched, options);
  }

  statistics(request: StatisticsRequest): RunningStatistics {
    const { socket } = this.#searched;
    return new StatisticsView(this.#source, { shape: {}, socket }, request);
  }

  refresh(): void {
    this.#marks.letGo(this.#firstMark);
    this.#scan.refresh();
  }

  close(): void {
    this.#scan.close();
  }

  #shared(row: number): SharedRow {
    const time = this.#reader.timeOf(row);
    return { row, time, rest: this.#reader.restOf(row) };
  }

  #bytesOf(line: Line): Partial<Row> {
    if (line.bytes.length === 0) return {};
    const out = this.#source.index.kind(line.row) === RowKind.out;
    return {
      lengthBytes: line.bytes.length,
      preview: line.bytes,
      offset: out ? line.outBytes : line.inBytes,
      ...this.#leadOf(line),
      ...this.#frame(line, out),
    };
  }

  /** A line of text may begin within a character: lines have a longest length. */
  #leadOf({ row, offset, bytes }: Line): Pick<Row, 'lead'> {
    if (this.#shown.lines.as !== 'text') return {};
    const lead = this.#lead.at(this.#charset, { row, offset }, bytes);
    return lead === null ? {} : { lead };
  }

  /** Only what is cut tells of it: most lines are of one chunk. */
  #frame({ cuts }: Line, out: boolean): Pick<Row, 'frame'> {
    if (cuts.length === 0) return {};
    return {
      frame: {
        ...{ role: 'frame', part: 'whole', side: out ? 'client' : 'server', incomplete: false },
        cuts: cuts.map(({ at }) => at),
        cutTimes: cuts.map(({ row }) => this.#reader.timeOf(row).ms),
      },
    };
  }

  /** Lines `from`..`end`, as far as there are. */
  #lines(from: number, end: number): Line[] {
    const last = Math.min(end, this.length);
    const mark = this.#marks.ofLine(from);
    if (from >= last || mark < 0 || mark < this.#firstMark) return [];
    const start = this.#marks.at(mark);
    const lines: Line[] = [];
    let ordinal = start.line - 1;
    let open: Line | null = null;
    const walker = new LineWalker(
      { as: this.#shown.lines.as, charset: this.#charset },
      {
        begin: (place) => {
          ordinal++;
          open = { ...place, endRow: place.row, bytes: NOTHING, cuts: [] };
          if (ordinal >= from && ordinal < last) lines.push(open);
        },
        add: (bytes, at, to, row) => {
          if (open && ordinal >= from && ordinal < last) add(open, bytes?.subarray(at, to), row);
        },
        end: () => undefined,
      },
      start,
    );
    const rows = new LineRows(this.#source, this.#reader, this.#shown);
    const { scanned } = this.#scan;
    for (let row = start.row; row < scanned && ordinal < last; row++)
      rows.feed(walker, row, row === start.row ? start.offset : 0, true);
    return lines;
  }
}

const NOTHING = new Uint8Array(0);

function add(line: Line, more: Uint8Array | undefined, row: number): void {
  if (!more) return;
  if (line.bytes.length > 0 && row !== line.endRow) line.cuts.push({ at: line.bytes.length, row });
  const joined = new Uint8Array(Math.min(MAX_LINE_BYTES, line.bytes.length + more.length));
  joined.set(line.bytes);
  joined.set(more, line.bytes.length);
  line.bytes = joined;
  line.endRow = row;
}
