import { joined, leadOf } from '../../../../src-shared/encoding/carry';
import type { Charset } from '../../../../src-shared/encoding/charset';
import { characterAt, lengthOf } from '../../../../src-shared/encoding/charset';
import type { RegexPattern } from '../../../../src-shared/payload/pattern';
import { LineExpression } from './line-expression';
import type { Stretch } from './line-expression';
import { OPEN_BYTES } from './piece';
import type { Piece } from './piece';

/*
 * Looks for expressions in what came one way without a break: a run, which is text with lines in it,
 * whatever the lines that are shown. A match counts for the shown line that it begins in, also when it
 * goes on in the next run of its stream.
 */

/** So much is waited for before it is looked through. */
const SEARCH_BYTES = 65_536;
/** Looked through at once: what goes on to the end of the bytes is looked for from each place of them. */
const STRETCH_BYTES = 4096;
/** Seen before the place where a match begins. */
const BEFORE_BYTES = 64;
/** Runs back that `^` is tried at the beginning of, when a match may go on: each is looked through for itself. */
const MAX_BEGINS = 8;

interface Line {
  /** In the bytes that are kept; below 0: it began before. */
  start: number;
  piece: Piece;
}

/** The end of a stream, when something else came. */
interface Tail {
  bytes: Uint8Array;
  /** A match may begin from here on. */
  from: number;
  lines: Line[];
  /** Where runs begin in it. */
  runs: number[];
}

/** Expressions in all streams. */
export class RunSearch {
  readonly #expressions: readonly LineExpression[];
  readonly #charset: Charset;
  readonly #found: (position: number) => void;
  readonly #tails = new Map<number, Tail>();
  /** Of the run that goes on; -1: none does. */
  #stream = -1;
  /** What came before it, as long as a match may go on from there. */
  #tail: Tail | null = null;
  #room = new Uint8Array(2 * SEARCH_BYTES);
  #length = 0;
  /** Bytes of a character that the run before has the beginning of; -1: they have been let go. */
  #lead = 0;
  /** Where the bytes taken last begin. */
  #taken = 0;
  /** Matches that begin before `#from` are known; what stands before `#seen` is not looked at again. */
  #from = 0;
  #seen = 0;
  #lines: Line[] = [];

  constructor(
    patterns: readonly RegexPattern[],
    charset: Charset,
    found: (position: number) => void,
  ) {
    this.#expressions = patterns.map((pattern) => new LineExpression(pattern));
    this.#charset = charset;
    this.#found = found;
  }

  /** More of a stream; if it is another one than before, the run ends. */
  take(stream: number, bytes: Uint8Array): void {
    if (stream !== this.#stream) {
      this.end();
      this.#begin(stream, bytes);
    } else if (this.#length - this.#from >= SEARCH_BYTES) {
      this.#search(false);
      this.#letGo();
    }
    this.#taken = this.#length;
    this.#length += bytes.length;
    if (this.#length > this.#room.length) {
      const wider = new Uint8Array(2 * this.#length);
      wider.set(this.#room.subarray(0, this.#taken));
      this.#room = wider;
    }
    this.#room.set(bytes, this.#taken);
  }

  /** A shown line begins at an offset of the bytes taken last. */
  line(offset: number, piece: Piece): void {
    this.#lines.push({ start: this.#taken + offset, piece });
  }

  /** Something else comes now. */
  end(): void {
    if (this.#stream === -1) return;
    this.#search(true);
    this.#tails.set(this.#stream, this.#nextTail());
    this.#stream = -1;
  }

  /** Nothing goes on behind it: of a datagram. */
  endAlone(): void {
    if (this.#stream === -1) return;
    this.#search(true);
    this.#stream = -1;
  }

  /** What there is so far is looked through, though it may go on. */
  look(): void {
    if (this.#stream === -1) return;
    this.#search(false);
    this.#letGo();
    const from = this.#from;
    const seen = this.#seen;
    this.#stretches(this.#length, true);
    this.#from = from;
    this.#seen = seen;
  }

  /** Bytes are missing here: nothing goes on behind them. */
  cut(stream: number): void {
    if (stream === this.#stream) this.end();
    this.#tails.delete(stream);
  }

  cutAll(): void {
    this.end();
    this.#tails.clear();
  }

  #begin(stream: number, bytes: Uint8Array): void {
    this.#stream = stream;
    this.#tail = this.#tails.get(stream) ?? null;
    this.#lead = this.#tail ? leadBytes(this.#charset, this.#tail.bytes, bytes) : 0;
    this.#length = 0;
    this.#from = this.#lead;
    this.#seen = this.#lead;
    this.#lines = [];
  }

  #search(ends: boolean): void {
    if (this.#tail) this.#across(this.#tail, ends);
    this.#stretches(ends ? this.#length : this.#length - OPEN_BYTES, ends);
  }

  /** Looks for matches that begin before `until`. `ends`: a line ends with the bytes. */
  #stretches(until: number, ends: boolean): void {
    let place = 0;
    while (this.#from < until) {
      const start = this.#from;
      const step = Math.min(STRETCH_BYTES, until - start);
      const stop = this.#after(start, step);
      const textEnd = this.#after(stop, OPEN_BYTES);
      place = lineAt(this.#lines, start, place);
      const stretch = {
        bytes: this.#room.subarray(this.#seen, textEnd),
        from: start - this.#seen,
        end: stop - this.#seen,
        ends: ends && textEnd === this.#length,
      };
      for (const expression of this.#expressions)
        this.#each(expression, stretch, { all: this.#lines, place, origin: this.#seen });
      const seen = this.#room.subarray(this.#seen, stop);
      this.#from = stop;
      this.#seen += characterAt(this.#charset, seen, Math.max(0, seen.length - BEFORE_BYTES));
    }
  }

  /** Where a character begins, `bytes` behind where one does. */
  #after(start: number, bytes: number): number {
    return start + characterAt(this.#charset, this.#room.subarray(start, this.#length), bytes);
  }

  /** `origin`: where the stretch stands in what lines begin in; `place`: of a line before or at `from`. */
  #each(
    expression: LineExpression,
    stretch: Stretch,
    { all, place: first, origin }: { all: readonly Line[]; place: number; origin: number },
  ): void {
    let place = first;
    const from = Math.max(stretch.from, openFrom(all, place) - origin);
    expression.each({ ...stretch, from }, (at) => {
      place = lineAt(all, origin + at, place);
      const piece = all[place]?.piece;
      if (piece && !piece.hit) {
        piece.hit = true;
        this.#found(piece.position);
      }
      return openFrom(all, place + 1) - origin;
    });
  }

  /** Matches that begin in what came before the run and end in it. */
  #across(tail: Tail, ends: boolean): void {
    const { lines, runs, from } = tail;
    const head = this.#room.subarray(0, Math.min(this.#length, OPEN_BYTES));
    const bytes = joined(tail.bytes, head);
    const end = tail.bytes.length;
    const here = { from, end, ends: ends && head.length === this.#length };
    for (const expression of this.#expressions) {
      const place = lineAt(lines, from, 0);
      this.#each(expression, { ...here, bytes }, { all: lines, place, origin: 0 });
      // Where a run begins, what stands before it would not be the line before.
      for (const origin of expression.isAnchored ? runs : []) {
        const first = lineAt(lines, origin, 0);
        if (lines[first]?.piece.hit === true) continue;
        const next = (lines[first + 1]?.start ?? end) - origin;
        const run = { bytes: bytes.subarray(origin), from: 0, end: next, ends: here.ends };
        this.#each(expression, run, { all: lines, place: first, origin });
      }
    }
  }

  /** The end of the stream, of several runs if they are short. */
  #nextTail(): Tail {
    const before = this.#length < OPEN_BYTES ? this.#tail : null;
    const own = this.#room.subarray(before ? 0 : Math.max(0, this.#lead), this.#length);
    const all = before ? joined(before.bytes, own) : own;
    // What stands in the room, as it stands in all.
    const shift = all.length - this.#length;
    const lines = this.#lines.map(({ start, piece }) => ({ start: start + shift, piece }));
    const runs = this.#lead < 0 ? [] : [this.#lead + shift];
    const from = characterAt(this.#charset, all, Math.max(0, all.length - OPEN_BYTES));
    const start = characterAt(this.#charset, all, Math.max(0, from - BEFORE_BYTES));
    const ofAll = before ? [...before.lines, ...lines] : lines;
    return {
      bytes: all.slice(start),
      from: from - start,
      lines: ofAll
        .slice(lineAt(ofAll, from, 0))
        .map((line) => ({ start: line.start - start, piece: line.piece })),
      runs: [...(before?.runs ?? []), ...runs]
        .filter((run) => run >= from)
        .slice(-MAX_BEGINS)
        .map((run) => run - start),
    };
  }

  /** What is not looked at again. */
  #letGo(): void {
    // A match may still go on from before the run to what comes.
    if (this.#length < OPEN_BYTES || this.#seen === 0) return;
    const by = this.#seen;
    this.#tail = null;
    this.#lead = -1;
    this.#room.copyWithin(0, by, this.#length);
    this.#length -= by;
    this.#from -= by;
    this.#seen = 0;
    this.#lines = this.#lines
      .slice(lineAt(this.#lines, this.#from + by, 0))
      .map(({ start, piece }) => ({ start: start - by, piece }));
  }
}

function leadBytes(charset: Charset, before: Uint8Array, bytes: Uint8Array): number {
  const lead = leadOf(charset, before, bytes);
  if (!lead) return 0;
  const read = charset.read(joined(lead, bytes.subarray(0, charset.longest)), 0);
  return Math.max(0, Math.min(bytes.length, lengthOf(read) - lead.length));
}

/** The last line, from `place` on, that does not begin behind there. */
function lineAt(lines: readonly Line[], at: number, place: number): number {
  let found = place;
  while (found + 1 < lines.length && (lines[found + 1]?.start ?? 0) <= at) found++;
  return found;
}

/** Where the first line, from `place` on, begins that nothing was found in. */
function openFrom(lines: readonly Line[], place: number): number {
  for (let at = place; at < lines.length; at++) {
    const line = lines[at];
    if (line && !line.piece.hit) return line.start;
  }
  return Infinity;
}
