import type { Field } from './decoded';
import { bytesText, Fields, MAX_DEPTH, visible } from './decoded';
import { say } from './words';

/** Thrown through the readers of one tree, and caught by it: the bytes or the fields are at an end. */
class Stop extends Error {
  readonly why: 'bytes' | 'fields';

  constructor(why: 'bytes' | 'fields') {
    super(why);
    this.why = why;
  }
}

/** What an entry of a map, or a group, is called and says. */
export interface Entry {
  name: string;
  value: string;
  number?: number | undefined;
}

type Show = (number: number) => string;

/** `0x0a` with so many digits. */
export function hexNumber(number: number, digits: number = 2): string {
  return `0x${number.toString(16).padStart(digits, '0')}`;
}

/** `number`'s name in a table, with the number behind it where it has none. */
export function named(table: ReadonlyMap<number, string>, unknown: string): Show {
  return (number) => table.get(number) ?? `${unknown} ${number}`;
}

/** Bytes as hex digits in pairs; more than 64 are cut. */
export function hexText(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, 64), (byte) => byte.toString(16).padStart(2, '0'));
  return `${shown.join(' ')}${bytes.length > 64 ? ' …' : ''}`;
}

/**
 * Reads a binary message from its beginning on, and keeps a field for all that was read. Where the
 * bytes end before the message does, the fields up to there stand, and `cut` is set.
 */
export class Tree {
  readonly bytes: Uint8Array;
  readonly #fields: Fields;
  readonly view: DataView;
  #found: Field[] = [];
  #depth = 0;
  /** The next byte to be read, and where reading must stop. */
  at = 0;
  end: number;
  /** The bytes ended before the message. */
  cut = false;
  /** Where something stood that cannot be there; null: nowhere. */
  wrongAt: number | null = null;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#fields = new Fields(bytes);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length;
  }

  get left(): number {
    return this.end - this.at;
  }

  /** Reads all with `body`; what it leaves is one more field. Never throws but for a mistake of ours. */
  read(body: () => void): readonly Field[] {
    try {
      body();
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      this.cut = error.why === 'bytes';
    }
    this.#found.push(...this.#fields.rest(this.at));
    return this.#found;
  }

  /** How reading ended, for the end of a label: nothing when all was as it should be. */
  get mark(): string {
    if (this.wrongAt !== null) return ` · ${say('not-expected')} @${this.wrongAt}`;
    return this.cut ? ` · ${say('incomplete')}` : '';
  }

  /** What stands at `at` cannot be there: what is going on is not read any further. */
  fail(at: number = this.at): never {
    this.wrongAt ??= at;
    throw new Stop('bytes');
  }

  /** So many bytes must be there. */
  need(count: number): void {
    if (this.left < count) throw new Stop('bytes');
  }

  /** The next byte, not read yet; -1 at the end. */
  peek(ahead: number = 0): number {
    return this.at + ahead < this.end ? (this.bytes[this.at + ahead] ?? -1) : -1;
  }

  u8(name: string, show: Show = String): number {
    this.need(1);
    return this.#number(name, 1, this.view.getUint8(this.at), show);
  }

  u16(name: string, show: Show = String): number {
    this.need(2);
    return this.#number(name, 2, this.view.getUint16(this.at), show);
  }

  u32(name: string, show: Show = String): number {
    this.need(4);
    return this.#number(name, 4, this.view.getUint32(this.at), show);
  }

  /** Big-endian, of 0 to 6 bytes. */
  uint(name: string, bytes: number, show: Show = String): number {
    this.need(bytes);
    let number = 0;
    for (let n = 0; n < bytes; n++) number = number * 256 + (this.bytes[this.at + n] ?? 0);
    return this.#number(name, bytes, number, show);
  }

  #number(name: string, bytes: number, number: number, show: Show): number {
    const from = this.at;
    this.at += bytes;
    this.number(name, from, this.at, number, show(number));
    return number;
  }

  /** So many bytes without a field of their own; where they begin. */
  take(length: number): number {
    this.need(length);
    const from = this.at;
    this.at += length;
    return from;
  }

  /** So many bytes as text. */
  text(name: string, length: number): string {
    const from = this.take(length);
    const text = visible(this.bytes, from, this.at);
    this.add(name, from, this.at, text);
    return text;
  }

  /** So many bytes as hex, or as `value` says. */
  blob(name: string, length: number, value?: string): void {
    const from = this.take(length);
    this.add(name, from, this.at, value ?? hexText(this.bytes.subarray(from, this.at)));
  }

  /** A field of bytes read already. */
  add(name: string, from: number, to: number, value?: string): void {
    this.#room();
    this.#found.push(this.#fields.field(name, from, to, value));
  }

  /** A number in bytes read already. */
  number(name: string, from: number, to: number, number: number, value?: string): void {
    this.#room();
    this.#found.push(this.#fields.number(name, from, to, number, value));
  }

  #room(): void {
    if (this.#fields.full) throw new Stop('fields');
  }

  /**
   * What `body` reads becomes the children of one field, whose value it gives; a number is its number
   * too. Nothing read, no field.
   */
  group(name: string, body: () => string | number): void {
    this.entry(name, (entry) => {
      const value = body();
      entry.value = String(value);
      if (typeof value === 'number') entry.number = value;
    });
  }

  /** Like `group`, where what is read tells the name too: `body` fills it in as soon as it knows. */
  entry(name: string, body: (entry: Entry) => void): void {
    this.#room();
    const { at: from } = this;
    const above = this.#found;
    this.#found = [];
    this.#depth++;
    const entry: Entry = { name, value: say('incomplete') };
    try {
      body(entry);
    } catch (error) {
      if (error instanceof Stop && error.why === 'fields') entry.value = say('too-many');
      throw error;
    } finally {
      const field = this.#fields.field(entry.name, from, this.at, entry.value, this.#found);
      this.#depth--;
      this.#found = above;
      const { number } = entry;
      if (this.at > from) above.push(number === undefined ? field : { ...field, number });
    }
  }

  /** No group may stand in the one going on. */
  get deepest(): boolean {
    return this.#depth >= MAX_DEPTH - 2;
  }

  /**
   * `body` may read so many bytes and no more; what it leaves of them is a field of its own. When they
   * are too few for it, though all are there, that is `wrongAt`, and what follows them is read.
   */
  within(length: number, body: () => void): void {
    const outer = this.end;
    const inner = this.at + length;
    const end = Math.min(outer, inner);
    this.end = end;
    try {
      body();
    } catch (error) {
      if (!(error instanceof Stop) || error.why === 'fields') throw error;
      if (inner <= outer) this.wrongAt ??= this.at;
    } finally {
      this.end = outer;
    }
    if (this.at < end) this.#leave(end);
    if (inner > outer) throw new Stop('bytes');
  }

  #leave(to: number): void {
    const from = this.at;
    this.at = to;
    this.add(say('rest'), from, to, bytesText(to - from));
  }
}
