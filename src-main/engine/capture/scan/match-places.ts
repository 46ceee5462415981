import { indexOfParts } from '../../../../src-shared/payload/pattern';
import type { Pattern } from '../../../../src-shared/payload/pattern';
import { latin1, LiteralTest } from './literal-test';
import { OPEN_BYTES } from './piece';
import { MAX_LINE_BYTES } from '../rows/text-line';
import { literalOf, requiredLiterals } from './required-literals';

/** What of an expression looks at what stands beside a match, and so at where a line begins and ends. */
const BESIDE = /[\^$]|\(\?(?!:)/;
const ESCAPES_AND_CLASSES = /\\([^])|\[(?:\\[^]|[^\]\\])*\]/g;

interface Payload {
  bytes: Uint8Array;
  /** The bytes as U+0000 to U+00FF: the runtime finds in text what it would take longer to in bytes. */
  text: string;
}

type Find = ({ bytes, text }: Payload, from: number) => number;

/** Where in a payload matches of any of some patterns begin, asked for in ascending order. */
export class MatchPlaces {
  /** Null: a match is one only in a line, or a text, that begins or ends in a certain place. */
  readonly #finds: readonly Find[] | null;
  /** What every match holds; null: not known. */
  readonly #required: LiteralTest | null;
  readonly #places: number[];
  #payload: Payload | null = null;
  /** A match that begins so far before the end of a payload may go on behind it. */
  readonly sideBytes: number;

  constructor(patterns: readonly Pattern[]) {
    const finds = patterns.map(findOf);
    const all = finds.filter((find) => find !== null);
    this.#finds = all.length === finds.length ? all : null;
    this.#places = finds.map(() => -1);
    const required = requiredLiterals(patterns);
    this.#required = required && new LiteralTest(required);
    this.sideBytes = Math.max(0, ...patterns.map(sideBytesOf));
  }

  /** Of the bytes of a row. False: it is not known where matches begin, and each line has to be looked at. */
  take(bytes: Uint8Array): boolean {
    // Most payloads of most searches lack it, and need no text.
    const lacks = this.#required?.lacks(bytes) === true;
    if (!lacks && !this.#finds) return false;
    this.#payload = lacks ? null : { bytes, text: latin1(bytes) };
    this.#places.fill(-1);
    return true;
  }

  /** The first place from `from` on; Infinity: there is none. */
  next(from: number): number {
    const payload = this.#payload;
    if (!payload) return Infinity;
    let first = Infinity;
    for (let which = 0; which < this.#places.length; which++) {
      let place = this.#places[which] ?? Infinity;
      if (place < from) {
        const found = this.#finds?.[which]?.(payload, from) ?? -1;
        place = found === -1 ? Infinity : found;
        this.#places[which] = place;
      }
      if (place < first) first = place;
    }
    return first;
  }
}

function sideBytesOf(pattern: Pattern): number {
  if (pattern.kind === 'regex') return OPEN_BYTES + MAX_LINE_BYTES;
  const bytes = pattern.parts.reduce((sum, { values }) => sum + values.length, 0);
  return pattern.parts.length === 1 ? bytes - 1 : OPEN_BYTES + Math.max(MAX_LINE_BYTES, bytes);
}

function findOf(pattern: Pattern): Find | null {
  const side = sideBytesOf(pattern);
  if (pattern.kind === 'bytes') {
    const { parts } = pattern;
    const literal = literalOf(pattern);
    if (parts.length > 1)
      return inWindows(side, ({ bytes }, from, end) =>
        indexOfParts(bytes.subarray(from, end), parts, 0),
      );
    if (!literal) return ({ bytes }, from) => indexOfParts(bytes, parts, from);
    const sought = latin1(literal);
    return ({ text }, from) => text.indexOf(sought, from);
  }
  const { source, flags, charset } = pattern;
  if (charset !== null || flags.includes('u') || looksBeside(source)) return null;
  const regex = new RegExp(source, flags);
  return inWindows(side, ({ text }, from, end) => text.slice(from, end).search(regex));
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

/** Whether an expression may; where it is not sure, it is said to. */
function looksBeside(source: string): boolean {
  const plain = source.replace(ESCAPES_AND_CLASSES, (_all, escaped: string | undefined) =>
    escaped !== undefined && /[bBk1-9]/.test(escaped) ? '^' : '',
  );
  return BESIDE.test(plain);
}
