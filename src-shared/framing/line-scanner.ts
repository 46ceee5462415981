import type { Cutter, FrameRole, Splitter } from './frame';

/** Of a line this much is looked at; protocols say what matters at its beginning. */
const HEAD_BYTES = 512;

/** IMAP4 says at a line's end how many bytes follow. */
const TAIL_BYTES = 24;

const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;

/** TLS records of a handshake begin so; no line of text does. */
const TLS_HANDSHAKE = 0x16;

/** What comes next in one direction of a conversation. */
export type Want =
  /** A line. */
  | 'line'
  /** Everything up to the end of the stream as one frame. */
  | 'all'
  /** Bytes that are not understood or have no end of their own: each chunk is a frame. */
  | 'chunks'
  /** So many bytes. */
  | number;

export interface Step {
  /** Ends the frame here, as this; null: it goes on. */
  cut: FrameRole | null;
  want: Want;
  /** What goes on or begins, in case it must be cut before its end. */
  role: FrameRole;
}

/** A line without its CR LF. Valid during the call. */
export interface Line {
  /** Its first 512 bytes as windows-1252. */
  readonly text: string;
  /** Its last 24 bytes as windows-1252. */
  readonly tail: string;
  readonly length: number;
  readonly isDot: boolean;
}

/** What one direction of a protocol makes of its lines and counted bytes. */
export interface LineReader {
  line(line: Line): Step;
  /** The bytes that were counted are through. */
  counted(): Step;
}

/** Reads one direction of a protocol of lines; holds of the bytes only a line's head and tail. */
export class LineScanner implements Splitter {
  readonly #cutter: Cutter;
  readonly #reader: LineReader;
  /** Reads what is not this protocol, or no longer: what the connection was upgraded to. */
  readonly #other: Splitter | null;
  #want: Want = 'line';
  #role: FrameRole;
  /** Of the line going on, in case it comes in several chunks. */
  readonly #head = new Uint8Array(HEAD_BYTES);
  #headLength = 0;
  #tail = new Uint8Array(0);
  #lineLength = 0;
  #counted = 0;
  readonly #shown = new LineView();

  constructor(cutter: Cutter, reader: LineReader, role: FrameRole, other: Splitter | null = null) {
    this.#cutter = cutter;
    this.#reader = reader;
    this.#role = role;
    this.#other = other;
  }

  /** What reads the rest of the stream; null: this does. */
  get #heir(): Splitter | null {
    return this.#want === 'chunks' && this.#role === 'opaque' ? this.#other : null;
  }

  /** Changes what comes next from outside: the other side decides. Ends what is begun. */
  redirect(want: Want, role: FrameRole): void {
    this.#cutter.cut(this.#cutter.position, this.#role);
    this.#forgetLine();
    this.#take({ cut: null, want, role });
  }

  /** Bytes announced of which none has come. */
  get awaited(): number {
    return typeof this.#want === 'number' && this.#counted === 0 ? this.#want : 0;
  }

  push(bytes: Uint8Array, atMs: number): void {
    const base = this.#cutter.position;
    let at = 0;
    while (at < bytes.length) {
      if (typeof this.#want === 'number') at = this.#count(bytes, base, at, this.#want);
      else if (this.#want === 'line') at = this.#line(bytes, base, at);
      else break;
    }
    if (this.#heir) {
      this.#cutter.position = base + at;
      this.#heir.push(bytes.subarray(at), atMs);
      return;
    }
    this.#cutter.position = base + bytes.length;
    if (this.#want === 'chunks') this.#cutter.cut(this.#cutter.position, this.#role);
    else this.#cutter.grown(this.#cutter.position, this.#role);
  }

  end(): void {
    if (this.#heir) this.#heir.end();
    else this.#cutter.cut(this.#cutter.position, this.#role, this.#want !== 'all');
  }

  tick(atMs: number): void {
    this.#heir?.tick(atMs);
  }

  #count(bytes: Uint8Array, base: number, at: number, wanted: number): number {
    const step = Math.min(wanted - this.#counted, bytes.length - at);
    this.#counted += step;
    if (this.#counted === wanted) this.#apply(this.#reader.counted(), base + at + step);
    return at + step;
  }

  #line(bytes: Uint8Array, base: number, at: number): number {
    const isFirst = this.#lineLength === 0 && this.#cutter.start === base + at;
    if (isFirst && this.#isOther(bytes[at] ?? 0)) {
      this.#take({ cut: null, want: 'chunks', role: 'opaque' });
      return at;
    }
    const found = bytes.indexOf(LF, at);
    const end = found === -1 ? bytes.length : found + 1;
    if (found === -1 || this.#lineLength > 0) this.#keep(bytes, at, end);
    if (found === -1) return end;
    const line = this.#lineLength > 0 ? this.#keptLine() : this.#wholeLine(bytes, at, end);
    const step = this.#reader.line(line);
    if (this.#lineLength > 0) this.#forgetLine();
    this.#apply(step, base + end);
    return end;
  }

  /** No line of a handshake that upgrades begins but with a letter, or is empty. */
  #isOther(byte: number): boolean {
    const isLine = (byte >= 0x41 && byte <= 0x5a) || byte === CR || byte === LF;
    return byte === TLS_HANDSHAKE || (this.#other !== null && !isLine);
  }

  #keep(bytes: Uint8Array, from: number, to: number): void {
    const head = bytes.subarray(from, Math.min(to, from + HEAD_BYTES - this.#headLength));
    this.#head.set(head, this.#headLength);
    this.#headLength += head.length;
    this.#lineLength += to - from;
    // Two more than the tail: the line's end is among them.
    const last = bytes.subarray(Math.max(from, to - TAIL_BYTES - 2), to);
    const both = new Uint8Array(this.#tail.length + last.length);
    both.set(this.#tail);
    both.set(last, this.#tail.length);
    this.#tail = both.slice(-TAIL_BYTES - 2);
  }

  #keptLine(): Line {
    const ending = this.#tail.at(-2) === CR ? 2 : 1;
    const tailEnd = this.#tail.length - ending;
    return this.#shown.show(this.#head, 0, this.#tail, tailEnd, this.#lineLength - ending);
  }

  #wholeLine(bytes: Uint8Array, from: number, to: number): Line {
    const end = bytes[to - 2] === CR && to - 2 >= from ? to - 2 : to - 1;
    return this.#shown.show(bytes, from, bytes, end, end - from);
  }

  #forgetLine(): void {
    this.#headLength = 0;
    this.#lineLength = 0;
    this.#tail = new Uint8Array(0);
  }

  #apply(step: Step, end: number): void {
    if (step.cut !== null) this.#cutter.cut(end, step.cut);
    this.#take(step);
  }

  #take({ want, role }: Step): void {
    // Nothing is counted for nothing: no byte would come to end it.
    this.#want = want === 0 ? 'line' : want;
    this.#counted = 0;
    this.#role = role;
  }
}

/** Never fails. Its 27 differences from Latin-1 are above ASCII, where no protocol has its words. */
const decoder = new TextDecoder('latin1');

/**
 * The line being told, one object for all of them: a block of a gigabyte has ten million lines, of
 * which nobody asks for more than whether it is a dot.
 */
class LineView implements Line {
  #head: Uint8Array = new Uint8Array(0);
  #headFrom = 0;
  #tail: Uint8Array = new Uint8Array(0);
  #tailEnd = 0;
  length = 0;

  /** Its beginning from there in `head`, its end before there in `tail`, line ends left out. */
  show(
    head: Uint8Array,
    headFrom: number,
    tail: Uint8Array,
    tailEnd: number,
    length: number,
  ): this {
    this.#head = head;
    this.#headFrom = headFrom;
    this.#tail = tail;
    this.#tailEnd = tailEnd;
    this.length = length;
    return this;
  }

  get text(): string {
    const to = this.#headFrom + Math.min(this.length, HEAD_BYTES);
    return decoder.decode(this.#head.subarray(this.#headFrom, to));
  }

  get tail(): string {
    const from = this.#tailEnd - Math.min(this.length, TAIL_BYTES);
    return decoder.decode(this.#tail.subarray(Math.max(0, from), this.#tailEnd));
  }

  get isDot(): boolean {
    return this.length === 1 && this.#head[this.#headFrom] === DOT;
  }
}
