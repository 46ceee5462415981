import type { Charset } from '../../../../src-shared/encoding/charset';
import type { Pattern, RegexPattern } from '../../../../src-shared/payload/pattern';
import { requiredTexts } from '../../../../src-shared/payload/required-text';

/** Bytes to be looked for as they are, or, ASCII letters only, whatever their case. */
export interface Literal {
  bytes: Uint8Array;
  anyCase: boolean;
}

/** Literal bytes in one part, or null: those can be looked for in anything. */
export function literalOf(pattern: Pattern): Uint8Array | null {
  if (pattern.kind !== 'bytes' || pattern.parts.length !== 1) return null;
  const part = pattern.parts[0];
  return part?.masks.every((mask) => mask === 0xff) === true ? part.values : null;
}

/** Bytes of which every match of any of the patterns holds one at least; null: not known. */
export function requiredLiterals(patterns: readonly Pattern[]): readonly Literal[] | null {
  const found = patterns.map(requiredOf);
  const known = found.filter((literals) => literals !== null);
  return known.length === found.length ? known.flat() : null;
}

function requiredOf(pattern: Pattern): readonly Literal[] | null {
  if (pattern.kind === 'regex') return requiredOfRegex(pattern);
  const literal = literalOf(pattern) ?? longestRun(pattern);
  return literal && [{ bytes: literal, anyCase: false }];
}

/** The longest of its bytes that have no wildcard; null: none of two or more. */
function longestRun({ parts }: Extract<Pattern, { kind: 'bytes' }>): Uint8Array | null {
  let longest: Uint8Array | null = null;
  for (const { values, masks } of parts) {
    let from = 0;
    for (let at = 0; at <= masks.length; at++) {
      if (masks[at] === 0xff) continue;
      if (at - from > Math.max(1, longest?.length ?? 0)) longest = values.subarray(from, at);
      from = at + 1;
    }
  }
  return longest;
}

function requiredOfRegex({ source, flags, charset }: RegexPattern): readonly Literal[] | null {
  const anyCase = flags.includes('i');
  // The bytes of a character in other encodings may be cut in two by chunks.
  if (charset !== null && charset.unit !== 1) return null;
  const keeps = keptBy(charset, flags);
  const texts = requiredTexts(source, flags, keeps);
  const utf8 = charset === null && flags.includes('u');
  return (
    texts && texts.map((text) => ({ bytes: Buffer.from(text, utf8 ? 'utf8' : 'latin1'), anyCase }))
  );
}

/** Characters of an expression that have one spelling in the bytes it sees. */
function keptBy(charset: Charset | null, flags: string): (character: string) => boolean {
  const folds = flags.includes('i');
  const unicode = flags.includes('u');
  return (character) => {
    const point = character.codePointAt(0) ?? 0;
    // The long s and the sign of Kelvin are the same letters in another case.
    if (folds && (point > 0x7f || (unicode && /[ks]/i.test(character)))) return false;
    // Some encodings have a sign of their country in the place of these.
    if (charset !== null) return point < 0x7f && !/[\\~]/.test(character);
    if (!unicode) return point <= 0xff;
    // What is no UTF-8 is shown as the one, and the other is dropped where a text begins.
    return !(point >= 0xd800 && point <= 0xdfff) && point !== 0xfffd && point !== 0xfeff;
  };
}
