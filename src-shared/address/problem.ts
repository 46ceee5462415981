/** What can be wrong with an address. Stable: the window has a sentence for each, in its language. */
export type AddressErrorCode =
  | 'empty'
  | 'unknown-kind'
  | 'missing-host'
  | 'missing-port'
  | 'bad-host'
  | 'bare-ipv6'
  | 'wrong-family'
  | 'bad-port'
  | 'bad-port-range'
  | 'bad-host-range'
  | 'too-many-targets'
  | 'not-multicast'
  | 'missing-path'
  | 'bad-path'
  | 'path-too-long'
  | 'bad-quoting'
  | 'unknown-option'
  | 'option-unreachable'
  | 'option-not-here'
  | 'duplicate-option'
  | 'bad-option-value'
  | 'bad-relay-target';

export interface AddressError {
  code: AddressErrorCode;
  /** English: what is wrong, where, and an example that works. */
  message: string;
  /** Offset in the text, from 0. */
  at: number;
  /**
   * For a sentence in another language. Always `found` (what is wrong there) and `example` (a whole
   * address that works); `kind`, `option`, `constant`, `nearest`, `min`, `max` where the code has
   * them. A secret that was written in the open is in none of them.
   */
  values: AddressErrorValues;
}

export interface AddressErrorValues {
  found: string;
  example: string;
  kind?: string;
  option?: string;
  constant?: string;
  nearest?: string;
  min?: number;
  max?: number;
}

/** Thrown inside the parser only; `parseAddress` turns it into its error. */
export class AddressProblem extends Error {
  readonly error: AddressError;

  constructor(code: AddressErrorCode, at: number, sentence: string, values: AddressErrorValues) {
    super(sentence);
    const where = values.found === '' ? '' : ` (at character ${at + 1})`;
    const message = `${sentence}${where}. Example: ${values.example}`;
    this.error = { code, message, at, values };
  }
}

/** The candidate with the fewest edits from `text`, or undefined when none is alike. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(text.length / 2)) + 1;
  for (const candidate of candidates) {
    const edits = distance(text.slice(0, 40), candidate);
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** Levenshtein's distance, row by row. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
