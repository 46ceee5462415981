import type { Charset } from '../encoding/charset';
import type { ParsedBytes, PayloadError } from './problem';
import type { LineEnding } from './text';

/** The result of a payload is never longer. */
export const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

/** Of `{{var NAME}}` and of counters. */
export const VARIABLE_NAME = /^[A-Za-z_][\w.-]{0,63}$/;

/** A payload as it is written: hex digits or text, with `{{…}}` placeholders in either. */
export interface PayloadSource {
  mode: 'hex' | 'text';
  text: string;
  /** Of text: whether `\r \n \t \0 \\ \xHH \u{…}` mean what they say. */
  escapes: boolean;
  /** Of text: put after it, once. */
  lineEnding: LineEnding;
  /** Of text; left out: UTF-8. What placeholders of a hex payload write as text is UTF-8. */
  charset?: Charset;
}

/** A number that goes on by `step` with each payload sent; `name` is empty for the one without. */
export interface CounterUse {
  name: string;
  start: number;
  step: number;
}

/** What is answered: of `{{rx A..B}}` and `{{$1}}`. */
interface AnsweredRequest {
  bytes: Uint8Array;
  /** What the groups of a regular expression caught, the whole match first; undefined: nothing. */
  groups: readonly (Uint8Array | undefined)[];
}

/** What the placeholders of a payload stand for, this once. */
export interface PayloadContext {
  /** Epoch ms. */
  now: number;
  /**
   * So many random bytes. `place` counts the placeholders of a payload: who shows a payload before it
   * is sent gives the same bytes again for the same place and length.
   */
  random: (lengthBytes: number, place: number) => Uint8Array;
  /** The next value of counters by name; of one that is not there, its start. */
  counters: ReadonlyMap<string, number>;
  variables: ReadonlyMap<string, string>;
  /** By path, as it is written in the payload. */
  files: ReadonlyMap<string, Uint8Array>;
  /** What this machine is called. */
  hostname: string;
  /** The other end as a `Host:` field has it; null: the socket has no such. */
  host: string | null;
  /** Null outside of replies. */
  request: AnsweredRequest | null;
}

/** What a payload may name that is not in it. */
export interface PayloadSupply {
  /** By path, as it is written in the payload. */
  files: { has(path: string): boolean };
  variables: { has(name: string): boolean };
  /** See `PayloadContext`. */
  host: string | null;
}

/** A payload that was understood, to be made into bytes as often as it is sent. */
export interface PayloadTemplate {
  /** Without any placeholder: always the same bytes. */
  readonly fixed: boolean;
  /** It tells the time: what is shown of it before it is sent is of another moment. */
  readonly timed: boolean;
  readonly counters: readonly CounterUse[];
  /** Names of `{{var NAME}}`. */
  readonly variables: readonly string[];
  /** Paths of `{{file PATH}}`. */
  readonly files: readonly string[];
  /** The first placeholder that has no value there; null: none. */
  lacking(supply: PayloadSupply): PayloadError | null;
  /** The bytes, or which placeholder has no value. Changes nothing: see `countOn`. */
  expand(context: PayloadContext): ParsedBytes;
}

export type CompiledPayload =
  { ok: true; template: PayloadTemplate } | { ok: false; error: PayloadError };

/** Where a payload will be used: only an answer has a request to take bytes from. */
export type PayloadUse = 'send' | 'reply';

/** After a payload was sent: each of its counters goes on. */
export function countOn(
  { counters }: Pick<PayloadTemplate, 'counters'>,
  values: Map<string, number>,
): void {
  for (const { name, start, step } of counters)
    values.set(name, (values.get(name) ?? start) + step);
}
