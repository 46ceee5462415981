import type { RegexPattern } from '../../../../src-shared/payload/pattern';
import { LiteralTest } from './literal-test';
import { requiredLiterals } from './required-literals';
import { byteAt, seenText, unitAt } from './seen-text';

/** Some bytes of a run of text in which begins of matches are looked for. */
export interface Stretch {
  bytes: Uint8Array;
  /** Matches begin from here on and before `end`; what stands around is seen. */
  from: number;
  end: number;
  /** What follows is no part of the line that the bytes end in. */
  ends: boolean;
}

/** Escapes, classes and names, in which the two signs are none; and the two signs. */
const PARTS = /\\k<[^>]*>|\\[^]|\[(?:\\[^]|[^\]\\])*\]|\(\?<[^=!][^>]*>|[\^$]/g;

const BEGINS = '(?<![^\\n])';
const ENDS = '(?=\\r?\\n)';
const ENDS_HERE = '(?=\\r?\\n|(?![^]))';

function expression({ source, flags }: RegexPattern, ends: string): RegExp {
  const ofLines = source.replace(PARTS, (part) =>
    part === '^' ? BEGINS : part === '$' ? ends : part,
  );
  return new RegExp(ofLines, `${flags}g`);
}

/** An expression in which `^` and `$` are the beginning and the end of a line, before its line end. */
export class LineExpression {
  readonly #pattern: RegexPattern;
  readonly #goesOn: RegExp;
  readonly #ends: RegExp;
  /** Null: it has to be tried everywhere. */
  readonly #required: LiteralTest | null;
  /** It may be one only where a line begins. */
  readonly isAnchored: boolean;

  constructor(pattern: RegexPattern) {
    this.#pattern = pattern;
    this.#goesOn = expression(pattern, ENDS);
    this.#ends = expression(pattern, ENDS_HERE);
    const required = requiredLiterals([pattern]);
    this.#required = required && new LiteralTest(required);
    this.isAnchored = pattern.source.match(PARTS)?.some((part) => part === '^') === true;
  }

  /**
   * Tells where the first match begins, from where it is then to be looked on, and so on; Infinity ends
   * it. At the end of what `ends`, a match of nothing may begin behind the last byte.
   */
  each({ bytes, from, end, ends }: Stretch, hit: (at: number) => number): void {
    if (this.#required?.lacks(bytes) === true) return;
    const seen = seenText(bytes, this.#pattern);
    const regex = ends ? this.#ends : this.#goesOn;
    for (let at = from; at <= end;) {
      regex.lastIndex = unitAt(seen, at);
      const match = regex.exec(seen.text);
      const found = match ? byteAt(seen, match.index, bytes.length) : Infinity;
      const isIn = found < end || (ends && found === end && end === bytes.length);
      if (!isIn) return;
      at = hit(found);
    }
  }
}
