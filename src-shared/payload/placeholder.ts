import type { Checksum } from './checksum';
import type { NumberType } from './number-type';
import type { CounterUse } from './payload-template';

/** Offsets from 0, `to` not included; negative: from the end. `to` null: to the end. */
export interface ByteRange {
  from: number;
  to: number | null;
}

/** A number as digits, with zeros before it up to `width`. */
export interface CounterPlaceholder {
  kind: 'counter';
  counter: CounterUse;
  width: number;
}

/** Seconds or milliseconds since 1970. */
interface UnixPlaceholder {
  kind: 'unix';
  unitMs: 1000 | 1;
}

interface VariablePlaceholder {
  kind: 'variable';
  name: string;
}

/** What a group of the pattern caught; 0: the whole match. */
interface GroupPlaceholder {
  kind: 'group';
  index: number;
}

/** What a typed number may be of. */
export type NumberSource =
  | { kind: 'literal'; value: bigint | number }
  | CounterPlaceholder
  | UnixPlaceholder
  | VariablePlaceholder
  | GroupPlaceholder;

/** Bytes that depend on nothing but the context. */
export type PlainPlaceholder =
  | Exclude<NumberSource, { kind: 'literal' }>
  | { kind: 'random'; lengthBytes: number }
  | { kind: 'uuid' }
  | { kind: 'now'; form: 'iso' | 'http' }
  | { kind: 'number'; type: NumberType; value: NumberSource }
  | { kind: 'file'; path: string }
  | { kind: 'hostname' }
  | { kind: 'host' }
  /** Bytes of the request. */
  | { kind: 'request'; range: ByteRange };

/** How many bytes a range of the payload has; `text`: as decimal digits. Null: all after it. */
export interface LengthPlaceholder {
  kind: 'length';
  type: NumberType | 'text';
  range: ByteRange | null;
}

/** `hex`: upper-case digits. `range` null: all before it. */
export interface ChecksumPlaceholder {
  kind: 'checksum';
  checksum: Checksum;
  form: 'be' | 'le' | 'hex';
  range: ByteRange | null;
}

export type Placeholder = PlainPlaceholder | LengthPlaceholder | ChecksumPlaceholder;
