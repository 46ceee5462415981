import type { FramePart, FrameRole } from '../framing/frame';
import { plainText } from '../payload/plain-text';
import { formatText } from '../payload/text';
import { say } from './words';

/** What a decoder is given: one frame. Nothing before or after it is needed. */
export interface DecodeInput {
  bytes: Uint8Array;
  side: 'client' | 'server';
  /** As the protocol's own framing found it; `frame` when another framing cut it. */
  role: FrameRole;
  part?: FramePart;
  incomplete?: boolean;
}

/** A named range of the frame's bytes. */
export interface Field {
  /** As the protocol's standard calls it, in visible characters. */
  name: string;
  /** What filters call it, of a-z, 0-9 and _; made from the name where it is not given: `keyOf`. */
  key?: string;
  /** For people, in visible characters; cut at 200. */
  value: string;
  /** When the value is one: exact up to 2^53, beyond the nearest. */
  number?: number;
  /** Offsets in the frame, `to` exclusive. */
  from: number;
  to: number;
  children: readonly Field[];
}

export interface Decoded {
  /** One line for a row, in visible characters, at most 160. */
  label: string;
  fields: readonly Field[];
}

/** What a filter calls the field: `Content-Length` is `content_length`. */
export function keyOf({ key, name }: Pick<Field, 'key' | 'name'>): string {
  return key ?? name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
}

/** A frame gives at most so many fields; what is left is one more that says so. */
export const MAX_FIELDS = 1000;
/** Fields stand at most so deep in each other; what is nested deeper is one of them. */
export const MAX_DEPTH = 32;
const MAX_VALUE_CHARS = 200;
const MAX_LABEL_CHARS = 160;

/** Text with what cannot be seen escaped, as everywhere in the product. */
export function visible(bytes: Uint8Array, from: number, to: number): string {
  const end = Math.min(to, from + MAX_VALUE_CHARS);
  return shortened(formatText(bytes.subarray(from, end)), MAX_VALUE_CHARS, end < to);
}

function shortened(text: string, most: number, cut = false): string {
  if (text.length <= most) return cut ? `${text}…` : text;
  // Never between the halves of a character.
  const end = /[\uD800-\uDBFF]/.test(text.charAt(most - 2)) ? most - 2 : most - 1;
  return `${text.slice(0, end)}…`;
}

export function labelled(label: string, fields: readonly Field[]): Decoded {
  return { label: shortened(plainText(label), MAX_LABEL_CHARS), fields };
}

/** Builds the fields of one frame and keeps their number in bounds. */
export class Fields {
  readonly bytes: Uint8Array;
  #left = MAX_FIELDS;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get full(): boolean {
    return this.#left <= 0;
  }

  /** A field whose value is its bytes as text, unless given. */
  field(
    name: string,
    from: number,
    to: number,
    value?: string,
    children: readonly Field[] = [],
  ): Field {
    this.#left--;
    const text = value === undefined ? visible(this.bytes, from, to) : value;
    // Names come from frames too: keys of maps, headers.
    const shown = shortened(plainText(text), MAX_VALUE_CHARS);
    return { name: plainText(name), value: shown, from, to, children };
  }

  /** A field that is a number, shown as such unless given. */
  number(
    name: string,
    from: number,
    to: number,
    number: number,
    value: string = String(number),
    children: readonly Field[] = [],
  ): Field {
    return { ...this.field(name, from, to, value, children), number };
  }

  /** A field of ASCII digits; without a number when they are none. */
  digits(name: string, from: number, to: number): Field {
    const text = ascii(this.bytes, { from, to }).trim();
    const field = this.field(name, from, to);
    return /^\d{1,15}$/.test(text) ? { ...field, number: Number(text) } : field;
  }

  /** What is not decoded any more. */
  rest(from: number): Field[] {
    const { length } = this.bytes;
    if (from >= length) return [];
    return [{ ...this.field(say('rest'), from, length, bytesText(length - from)), key: 'rest' }];
  }
}

export function bytesText(count: number): string {
  return count === 1 ? say('byte') : say('bytes', count);
}

/** A line of a frame: its text from `from` to `to`, and where the next begins. */
export interface LineAt {
  from: number;
  to: number;
  next: number;
}

/** The line at `from`, its CR LF or LF not part of it; the last one may have none. */
export function lineAt(bytes: Uint8Array, from: number): LineAt {
  const lf = bytes.indexOf(0x0a, from);
  if (lf === -1) return { from, to: bytes.length, next: bytes.length };
  return { from, to: lf > from && bytes[lf - 1] === 0x0d ? lf - 1 : lf, next: lf + 1 };
}

/** So much of a line is looked at for its words. */
const MAX_WORD_BYTES = 4096;

const latin1 = new TextDecoder('latin1');

/** A line's characters for looking for ASCII words in it: as many as it has bytes, so places fit. */
export function ascii(bytes: Uint8Array, { from, to }: { from: number; to: number }): string {
  return latin1.decode(bytes.subarray(from, Math.min(to, from + MAX_WORD_BYTES)));
}

/** For what is no text of the protocol. */
export function opaque({ bytes }: DecodeInput): Decoded {
  const tls = bytes[0] !== undefined && bytes[0] >= 0x14 && bytes[0] <= 0x17 && bytes[1] === 3;
  const label = `${tls ? `${say('tls-record')}, ` : ''}${bytesText(bytes.length)}`;
  return { label, fields: new Fields(bytes).rest(0) };
}
