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
   * address that works); `kind`, `option`, `constant`, `nearest`, `needless`, `min`, `max` where the code has
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
  /** Of an unknown option: what it says stands before the first comma, or is so anyway. */
  needless?: 'place' | 'anyway';
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
