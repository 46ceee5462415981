import type { RowEvent } from '../contract/row';
import type { Decoder } from '../decode/decoders';
import type { Pattern } from '../payload/pattern';

/** Which way a row went, or that it is a state or a failure. */
export type RowWay = 'in' | 'out' | 'state' | 'fault';

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** What a decoder says of a row: a field with these keys, each somewhere below the one before. */
export interface DecodedTerm {
  kind: 'decoded';
  /** Of a built-in decoder, or of a definition. */
  name: string;
  path: readonly string[];
  test:
    | { is: 'there' }
    | { is: 'equal' | 'other'; number: number | null; text: string }
    | { is: 'compared'; op: '<' | '<=' | '>' | '>='; number: number }
    | { is: 'like'; source: string; flags: string };
  /** Null until it is looked up, where the filter is used: `withDecoders`. */
  decoder: Decoder | null;
}

/** A filter, understood: which rows of a log are shown. */
export type Filter =
  | { kind: 'all'; parts: readonly Filter[] }
  | { kind: 'any'; parts: readonly Filter[] }
  | { kind: 'not'; part: Filter }
  | { kind: 'way'; is: RowWay }
  /** `value` in bytes, ms, or a row's number from 1. */
  | { kind: 'compare'; field: 'len' | 'delta' | 'number'; op: Comparison; value: number }
  /** Ms since midnight of this machine's clock, or epoch ms. */
  | { kind: 'time'; op: Comparison; value: number; daily: boolean }
  /** `*` any run, `?` any character; without a port, every port. */
  | { kind: 'peer'; glob: string }
  | { kind: 'event'; event: RowEvent }
  /** The user has marked it. */
  | { kind: 'mark' }
  /** Wireshark's display filter lets it pass; never written, it stands beside the filter. */
  | { kind: 'displayed' }
  /** A note or comment on it contains this, lower case; empty: it has one. */
  | { kind: 'note'; text: string }
  | DecodedTerm
  /** The payload contains one of these; a regular expression sees all of it. */
  | { kind: 'payload'; patterns: readonly Pattern[] };

/** Stable: the window has a sentence for each, in its language. */
export type FilterErrorCode =
  | 'empty'
  | 'missing-term'
  | 'missing-close'
  | 'extra-close'
  | 'open-quote'
  | 'unknown-field'
  | 'bad-way'
  | 'bad-number'
  | 'bad-time'
  | 'bad-event'
  | 'bad-decoded'
  | 'unknown-decoder'
  | 'bad-pattern'
  | 'unknown-rule'
  | 'rule-loop'
  | 'too-long';

export interface FilterError {
  code: FilterErrorCode;
  /** English: what is wrong, and an example that works. */
  message: string;
  /** Offset in the text, from 0, and how many characters it is about. */
  at: number;
  length: number;
  /** For a sentence in another language. */
  values: { found: string; example: string };
}

export type ParsedFilter = { ok: true; filter: Filter } | { ok: false; error: FilterError };
