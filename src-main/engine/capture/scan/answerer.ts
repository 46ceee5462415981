import type { SocketId } from '../../../../src-shared/contract/socket';
import { rowTest } from '../../../../src-shared/filter/matcher';
import type { RowTest } from '../../../../src-shared/filter/matcher';
import type { Filter } from '../../../../src-shared/filter/filter';
import { parseFraming } from '../../../../src-shared/framing/framing';
import { FrameList } from '../rows/frame-list';
import { FrameFacts } from './frame-facts';
import { FrameScan } from './frame-scan';
import { RowReader } from '../rows/row-reader';
import type { RowSource } from '../rows/row-reader';
import { ScannedRow } from './row-scan';
import { suggestions } from './framing-sample';
import type { Answer, Question } from './thread-questions';

/** Of the frames that a framing would give, so many at each end are shown. */
const FIRST_FRAMES = 12;
const LAST_FRAMES = 4;

/** So much is tried at most. */
const TRIED_MS = 250;
const TRIED_FRAMES = 50_000;
const TRIED_STEP_ROWS = 256;

/** A row before is looked for among so many of other sockets. */
const MAX_BACK_ROWS = 1 << 16;

/** Looks for nothing by itself, and answers what is asked about rows. */
export class Answerer {
  readonly #source: RowSource;
  readonly #socket: SocketId | null;
  readonly #tests: readonly RowTest[];
  readonly #trying: Int32Array;
  readonly #row: ScannedRow;
  readonly #reader: RowReader;
  readonly pendingBytes = 0;

  constructor(
    source: RowSource,
    socket: SocketId | null,
    { rules, trying }: { rules: readonly Filter[]; trying: SharedArrayBuffer },
  ) {
    this.#source = source;
    this.#socket = socket;
    this.#tests = rules.map((rule) => rowTest(rule));
    this.#trying = new Int32Array(trying);
    this.#row = new ScannedRow(source);
    this.#reader = new RowReader(source);
  }

  get scanned(): number {
    return this.#source.index.length;
  }

  scan(): void {
    // Nothing is looked for.
  }

  answer(question: Question): Answer {
    return this.#source.blocks.during(() => {
      switch (question.about) {
        case 'marks':
          return question.frames ? this.#frameMarks(question.words) : this.#marks(question.words);
        case 'framing':
          return this.#frames(question.framing);
        case 'suggestions':
          return {
            about: 'suggestions',
            suggestions: suggestions(this.#source, this.#socket, question.port),
          };
        default:
          return question satisfies never;
      }
    });
  }

  #marks(rows: Uint32Array): Answer {
    const bits = new Uint32Array(rows.length);
    rows.forEach((row, place) => {
      this.#row.moveTo(row, this.#before(row));
      bits[place] = this.#passed((test) => test(this.#row));
    });
    return { about: 'marks', bits };
  }

  #frameMarks(words: Uint32Array): Answer {
    const frames = new FrameList();
    frames.append(words);
    const bits = new Uint32Array(frames.length);
    for (let place = 0; place < frames.length; place++) {
      const entry = frames.at(place);
      const facts = new FrameFacts(this.#source, this.#reader, entry);
      // The frame before may not be shown: what it ended in is this row, or the one before.
      facts.before = entry.offset > 0 ? entry.row : this.#before(entry.row);
      bits[place] = this.#passed((test) => test(facts));
    }
    return { about: 'marks', bits };
  }

  /** One bit for each rule that passes; which one is tried is known from outside. */
  #passed(passes: (test: RowTest) => boolean): number {
    let bits = 0;
    this.#tests.forEach((test, rule) => {
      this.#trying[0] = rule;
      if (passes(test)) bits |= 1 << rule;
    });
    this.#trying[0] = -1;
    return bits >>> 0;
  }

  #before(row: number): number {
    const { index, socketOf } = this.#source;
    const first = Math.max(0, row - MAX_BACK_ROWS);
    for (let before = row - 1; before >= first; before--)
      if (this.#socket === null || socketOf(index.flow(before)) === this.#socket) return before;
    return -1;
  }

  #frames(text: string): Answer {
    const parsed = parseFraming(text);
    if (!parsed.ok) throw new Error(parsed.error.message);
    const scan = new FrameScan(this.#source, parsed.framing, null, this.#socket);
    const first: number[] = [];
    let last: number[][] = [];
    let frames = 0;
    const hit = (words: readonly number[]) => {
      frames++;
      if (frames <= FIRST_FRAMES) first.push(...words);
      else last = [...last.slice(1 - LAST_FRAMES), [...words]];
    };
    const until = performance.now() + TRIED_MS;
    const rows = this.#source.index.length;
    while (scan.scanned < rows && frames < TRIED_FRAMES && performance.now() < until)
      scan.scan(Math.min(rows, scan.scanned + TRIED_STEP_ROWS), TRIED_MS, hit);
    // What is begun there is shown as far as it goes.
    if (scan.scanned >= rows) scan.finish(hit);
    return {
      about: 'framing',
      first: Uint32Array.from(first),
      last: Uint32Array.from(last.flat()),
      frames,
      rows: scan.scanned,
    };
  }
}
