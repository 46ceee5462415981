import type { RowEvent } from '../contract/row';
import type { Pattern } from '../payload/pattern';

/** Which way a row went, or that it is a state or a failure. */
export type RowWay = 'in' | 'out' | 'state' | 'fault';

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

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
  | 'bad-pattern'
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
