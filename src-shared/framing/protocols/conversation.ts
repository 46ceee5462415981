import type { FrameRole } from '../frame';
import type { LineReader, Step, Want } from '../line-scanner';

/** Who asks and who answers; TCP itself only knows who dialled. */
export type Side = 'client' | 'server';

/** What the reader of one side may do to the other. */
export interface Link {
  redirect(side: Side, want: Want, role: FrameRole): void;
  /** Bytes announced by that side of which none has come. */
  awaited(side: Side): number;
}

/** How both sides of a protocol are read; they share what one must know of the other. */
export interface Conversation {
  client: LineReader;
  server: LineReader;
}

/** The frame ends with this line; a line of the kind `next` follows. */
export function ends(cut: FrameRole, next: FrameRole = cut): Step {
  return { cut, want: 'line', role: next };
}

/** The frame goes on with another line. */
export function goesOn(role: FrameRole): Step {
  return { cut: null, want: 'line', role };
}

/** What no line protocol has: counted bytes. */
export function nothingCounted(): Step {
  throw new Error('No bytes were announced');
}

/** Commands sent and not answered yet; what an endless client sends is not kept. */
const MAX_WAITING = 10_000;

/** The commands that wait for their answers, oldest first. */
export class Waiting<T> {
  #all: T[] = [];
  /** Taken out at the front: shifting a long array one by one would move it each time. */
  #taken = 0;

  add(one: T): void {
    if (this.#all.length - this.#taken < MAX_WAITING) this.#all.push(one);
  }

  next(): T | undefined {
    const one = this.#all[this.#taken];
    if (one === undefined) return undefined;
    this.#taken++;
    if (this.#taken > 64 && this.#taken * 2 > this.#all.length) {
      this.#all = this.#all.slice(this.#taken);
      this.#taken = 0;
    }
    return one;
  }

  get size(): number {
    return this.#all.length - this.#taken;
  }
}

/** The first word in capitals. */
export function verb(text: string): string {
  return /^[A-Za-z]{1,20}/.exec(text)?.[0].toUpperCase() ?? '';
}

/**
 * The lines of one answer with codes of three digits: `250-…` goes on up to `250 …`. In FTP the lines
 * between may be anything (RFC 959 §4.2); SMTP repeats the code on each, so both are read alike.
 */
export class CodedReply {
  #code: string | null = null;

  /** The code when the line ends the answer, 0 when what ends is no answer, null: it goes on. */
  line(text: string): number | null {
    const match = /^(\d{3})([ -]|$)/.exec(text);
    if (this.#code === null) {
      if (!match) return 0;
      if (match[2] === '-') {
        this.#code = match[1] ?? null;
        return null;
      }
      return Number(match[1]);
    }
    if (match?.[1] !== this.#code || match[2] === '-') return null;
    this.#code = null;
    return Number(match[1]);
  }
}
