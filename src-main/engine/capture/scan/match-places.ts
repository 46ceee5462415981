import { indexOfParts } from '../../../../src-shared/payload/pattern';
import type { BytesPattern } from '../../../../src-shared/payload/pattern';
import { latin1, LiteralTest } from './literal-test';
import { OPEN_BYTES } from './piece';
import { MAX_LINE_BYTES } from '../rows/text-line';
import { literalOf, requiredLiterals } from './required-literals';

interface Payload {
  bytes: Uint8Array;
  /** The bytes as U+0000 to U+00FF: the runtime finds in text what it would take longer to in bytes. */
  text: string;
}

type Find = ({ bytes, text }: Payload, from: number) => number;

/** Where in a payload matches of any of some patterns of bytes begin, asked for in ascending order. */
export class MatchPlaces {
  readonly #finds: readonly Find[];
  /** What every match holds; null: not known. */
  readonly #required: LiteralTest | null;
  readonly #places: number[];
  #payload: Payload | null = null;
  /** A match that begins so far before the end of a payload may go on behind it. */
  readonly sideBytes: number;

  constructor(patterns: readonly BytesPattern[]) {
    this.#finds = patterns.map(findOf);
    this.#places = patterns.map(() => -1);
    const required = requiredLiterals(patterns);
    this.#required = required && new LiteralTest(required);
    this.sideBytes = Math.max(0, ...patterns.map(sideBytesOf));
  }

  /** Of the bytes of a row. */
  take(bytes: Uint8Array): void {
    // Most payloads of most searches lack it, and need no text.
    const lacks = this.#required?.lacks(bytes) === true;
    this.#payload = lacks ? null : { bytes, text: latin1(bytes) };
    this.#places.fill(-1);
  }

  /** The first place from `from` on; Infinity: there is none. */
  next(from: number): number {
    const payload = this.#payload;
    if (!payload) return Infinity;
    let first = Infinity;
    for (let which = 0; which < this.#places.length; which++) {
      let place = this.#places[which] ?? Infinity;
      if (place < from) {
        const found = this.#finds[which]?.(payload, from) ?? -1;
        place = found === -1 ? Infinity : found;
        this.#places[which] = place;
      }
      if (place < first) first = place;
    }
    return first;
  }
}

function sideBytesOf({ parts }: BytesPattern): number {
  const bytes = parts.reduce((sum, { values }) => sum + values.length, 0);
  return parts.length === 1 ? bytes - 1 : OPEN_BYTES + Math.max(MAX_LINE_BYTES, bytes);
}

function findOf(pattern: BytesPattern): Find {
  const { parts } = pattern;
  if (parts.length > 1)
    return inWindows(sideBytesOf(pattern), ({ bytes }, from, end) =>
      indexOfParts(bytes.subarray(from, end), parts, 0),
    );
  const literal = literalOf(pattern);
  if (!literal) return ({ bytes }, from) => indexOfParts(bytes, parts, from);
  const sought = latin1(literal);
  return ({ text }, from) => text.indexOf(sought, from);
}

/**
 * What has no length of its own is found in windows: it may begin in each line, and would be looked for to the end of
 * the payload each time. `find` counts from the beginning of the window.
 */
function inWindows(
  side: number,
  find: (payload: Payload, from: number, end: number) => number,
): Find {
  return (payload, from) => {
    for (let start = from; start < payload.bytes.length; start += side) {
      const end = start + 2 * side;
      const found = find(payload, start, end);
      // One that begins further on may not be the first: that one goes on behind the window.
      const isFirst = found !== -1 && found <= side;
      if (isFirst || (found !== -1 && end >= payload.bytes.length)) return start + found;
      if (end >= payload.bytes.length) return -1;
    }
    return -1;
  };
}
