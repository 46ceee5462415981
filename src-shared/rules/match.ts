import type { MaskedBytes, RegexPattern } from '../payload/pattern';
import { indexOfParts, regexByte } from '../payload/pattern';
import type { UnderstoodRule } from './understand';

/** What an expression caught in a message, the whole match first; of other patterns nothing. */
export type Caught = readonly (Uint8Array | undefined)[];

/**
 * Where in what it sees (`regexText`) an expression matches, and each of its groups: first and next
 * UTF-16 unit. Null: it does not, or it was given up because it took too long.
 */
export type RegexRun = (
  pattern: RegexPattern,
) => readonly (readonly [number, number] | undefined)[] | null;

const NOTHING: Caught = [];

/** Whether a rule fits a message, and what its expression caught there; null: it does not. */
export function matchRule(
  { pattern, match, open }: UnderstoodRule,
  message: Uint8Array,
  run: RegexRun,
): Caught | null {
  if (pattern.kind === 'regex') return caughtBy(pattern, message, run);
  const { parts } = pattern;
  switch (match) {
    case 'contains':
      return fits(parts, message, false, false);
    case 'prefix':
      return fits(parts, message, !open.start, false);
    case 'suffix':
      return fits(parts, message, false, !open.end);
    case 'exact':
      return fits(parts, message, !open.start, !open.end);
    default:
      return match satisfies never;
  }
}

/** The parts in their order, the first at the beginning and the last at the end where asked for. */
function fits(
  parts: readonly MaskedBytes[],
  message: Uint8Array,
  atStart: boolean,
  atEnd: boolean,
): Caught | null {
  const [first] = parts;
  const last = parts.at(-1);
  if (!first || !last) return null;
  const end = message.length - last.values.length;
  if (parts.length === 1 && atStart && atEnd && end !== 0) return null;
  if (atStart && !isAt(first, message, 0)) return null;
  if (atEnd && !isAt(last, message, end)) return null;
  if (parts.length === 1 && (atStart || atEnd)) return NOTHING;
  // What is anchored is taken; the others stand between.
  const from = atStart ? first.values.length : 0;
  const between = parts.slice(atStart ? 1 : 0, atEnd ? -1 : parts.length);
  const room = atEnd ? message.subarray(0, Math.max(0, end)) : message;
  if (from > room.length) return null;
  return between.length === 0 || indexOfParts(room, between, from) !== -1 ? NOTHING : null;
}

function isAt({ values, masks }: MaskedBytes, message: Uint8Array, at: number): boolean {
  if (at < 0 || at + values.length > message.length) return false;
  return values.every((value, n) => ((message[at + n] ?? 0) & (masks[n] ?? 0)) === value);
}

function caughtBy(pattern: RegexPattern, message: Uint8Array, run: RegexRun): Caught | null {
  const spans = run(pattern);
  return (
    spans && spans.map((span) => span && message.subarray(...byteSpan(span, message, pattern)))
  );
}

/** From UTF-16 units of what an expression sees to the bytes they stand for. */
function byteSpan(
  [from, to]: readonly [number, number],
  message: Uint8Array,
  pattern: RegexPattern,
): [number, number] {
  return [regexByte(message, from, pattern), regexByte(message, to, pattern)];
}
