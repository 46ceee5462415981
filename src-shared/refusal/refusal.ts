import { CAPTURE_REFUSALS } from './capture-refusals';
import { SOCKET_REFUSALS } from './socket-refusals';
import { TLS_REFUSALS } from './tls-refusals';

/**
 * All that is refused for a reason that a user can mend, in English, `{name}` for what it is about.
 * The command line says it so; the window in its language (`format/refusal-text.ts`): one that is
 * added here and not there does not compile.
 */
export const REFUSALS = { ...SOCKET_REFUSALS, ...TLS_REFUSALS, ...CAPTURE_REFUSALS } as const;

export type RefusalName = keyof typeof REFUSALS;

/** What stands in braces. */
type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** Every name that some sentence has in braces. */
export type RefusalValue = Placeholders<(typeof REFUSALS)[RefusalName]>;

/**
 * Which refusal an error is, as plain data that goes from process to process: the receiving side makes
 * its own sentence of it. A name that is not known there stands for the error's message.
 */
export interface Reason {
  name: string;
  values: Record<string, string>;
}

/**
 * An error as plain data, of whatever process. Without a reason it is the system's, in its words, or a
 * mistake of ours.
 */
export interface Problem {
  code: string;
  message: string;
  reason?: Reason | undefined;
}

/** What an error is made of, beside its code. */
export interface Refused {
  message: string;
  reason: Reason;
}

/**
 * Beside what the sentence names: `text` (of a `kind`) that the window can parse as we did, to say in
 * its own words what is wrong with it; `code` of the system's error that `why` tells of.
 */
interface Extra {
  text?: string;
  kind?: string;
  code?: string;
}

type ValuesOf<Name extends RefusalName> = Readonly<
  Record<Placeholders<(typeof REFUSALS)[Name]>, string | number>
> &
  Extra;

/** Those that say the same of everything. */
export type PlainName = {
  [Name in RefusalName]: Placeholders<(typeof REFUSALS)[Name]> extends never ? Name : never;
}[RefusalName];

/** The bounds of the contract's `socketError`. */
const MAX_CHARS = 2000;

export function refusal(name: PlainName): Refused;
export function refusal<Name extends RefusalName>(name: Name, values: ValuesOf<Name>): Refused;
export function refusal(
  name: RefusalName,
  given: Readonly<Record<string, string | number | undefined>> = {},
): Refused {
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(given))
    if (value !== undefined) values[key] = String(value).slice(0, MAX_CHARS);
  // A function: `$` in a value means nothing. What a value has in braces is not looked at again.
  const message = REFUSALS[name].replace(/\{(\w+)\}/g, (_, key: string) => values[key] ?? '');
  return { message: message.slice(0, MAX_CHARS), reason: { name, values } };
}

/** The reason that a thrown value carries. */
export function reasonIn(thrown: unknown): { reason?: Reason } {
  if (typeof thrown !== 'object' || thrown === null || !('reason' in thrown)) return {};
  const { reason } = thrown;
  return isReason(reason) ? { reason } : {};
}

/** The system's words are its own; the window has words for its code. */
export function whyOf({ code, message }: { code: string; message: string }) {
  return { code, why: message };
}

function isReason(value: unknown): value is Reason {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'values' in value &&
    typeof value.values === 'object' &&
    value.values !== null &&
    Object.values(value.values).every((one) => typeof one === 'string')
  );
}
