import { parseHexAround } from './hex';
import type { PayloadSource, PayloadUse } from './payload-template';
import type { Placeholder } from './placeholder';
import type { ParsedBytes, PayloadError } from './problem';
import { failed } from './problem';
import { namesPlaceholder } from './placeholder-names';
import { readPlaceholder } from './read-placeholder';
import { parseText } from './text';

/** A placeholder, and where it is written. */
export interface PlacedPlaceholder {
  placeholder: Placeholder;
  at: number;
  found: string;
}

export type PayloadPart = Uint8Array<ArrayBuffer> | PlacedPlaceholder;

export type PayloadParts =
  { ok: true; parts: readonly PayloadPart[] } | { ok: false; error: PayloadError };

/** Keeps putting a payload together in bounds. */
const MAX_PLACEHOLDERS = 1024;

/** The bytes and placeholders of a payload, in their order. */
export function payloadParts(source: PayloadSource, use: PayloadUse): PayloadParts {
  if (source.mode === 'hex') return hexParts(source.text, use);
  return textParts(source, use);
}

function wholeOf(parsed: ParsedBytes): PayloadParts {
  return parsed.ok ? { ok: true, parts: [parsed.bytes] } : parsed;
}

function hexParts(text: string, use: PayloadUse): PayloadParts {
  const placed: (PlacedPlaceholder & { bytesBefore: number })[] = [];
  const parsed = parseHexAround(text, (_, at, bytesBefore) => {
    // `{{0x01, 0x02}, {…}}` is an array of arrays.
    if (!namesPlaceholder(text, at)) return null;
    const read = readPlaceholder(text, at, use);
    if (!read.ok) return read.error;
    if (placed.length >= MAX_PLACEHOLDERS) return tooMany(at).error;
    const found = text.slice(at, at + read.length);
    placed.push({ placeholder: read.placeholder, at, found, bytesBefore });
    return { length: read.length };
  });
  if (!parsed.ok || placed.length === 0) return wholeOf(parsed);
  const parts: PayloadPart[] = [];
  let from = 0;
  for (const { bytesBefore, ...one } of placed) {
    parts.push(parsed.bytes.slice(from, bytesBefore), one);
    from = bytesBefore;
  }
  parts.push(parsed.bytes.slice(from));
  return { ok: true, parts };
}

function tooMany(at: number): { ok: false; error: PayloadError } {
  return failed('too-long', at, '{{', `A payload has at most ${MAX_PLACEHOLDERS} placeholders`);
}

function textParts(source: PayloadSource, use: PayloadUse): PayloadParts {
  const { text, escapes, lineEnding, charset } = source;
  const how = { escapes, ...(charset ? { charset } : {}) };
  if (!text.includes('{{')) return wholeOf(parseText(text, { ...how, lineEnding }));
  const parts: PayloadPart[] = [];
  const placed: PlacedPlaceholder[] = [];
  const wrong: PayloadError[] = [];
  function put(from: number, to: number, ending: PayloadSource['lineEnding']): void {
    const parsed = parseText(text.slice(from, to), { ...how, lineEnding: ending });
    if (parsed.ok) parts.push(parsed.bytes);
    else wrong.push(movedBy(parsed.error, from));
  }
  let from = 0;
  for (;;) {
    const at = text.indexOf('{{', from);
    if (at === -1) break;
    if (text.startsWith('{{{{', at)) {
      put(from, at + 2, 'none');
      from = at + 4;
      continue;
    }
    // Of three braces the first is a plain one: `{{{len text}}}` is a length in braces.
    const begin = text[at + 2] === '{' ? at + 1 : at;
    put(from, begin, 'none');
    const read = readPlaceholder(text, begin, use);
    if (!read.ok) return firstOf([...wrong, read.error]);
    if (placed.length >= MAX_PLACEHOLDERS) return tooMany(begin);
    const found = text.slice(begin, begin + read.length);
    const one = { placeholder: read.placeholder, at: begin, found };
    placed.push(one);
    parts.push(one);
    from = begin + read.length;
  }
  // What a dot ends is known only when the placeholders are bytes.
  put(from, text.length, lineEnding === 'dot' ? 'none' : lineEnding);
  return wrong.length > 0 ? firstOf(wrong) : { ok: true, parts };
}

function movedBy(error: PayloadError, by: number): PayloadError {
  const { unencodable } = error;
  if (!unencodable) return { ...error, at: error.at + by };
  const places = unencodable.places.map((one) => ({ ...one, at: one.at + by }));
  return { ...error, at: error.at + by, unencodable: { ...unencodable, places } };
}

/** The first that is wrong; of characters that cannot be encoded, all of them. */
function firstOf(errors: readonly PayloadError[]): PayloadParts {
  const [first] = errors;
  if (!first) return { ok: true, parts: [] };
  if (!first.unencodable) return { ok: false, error: first };
  const all = errors.flatMap(({ unencodable }) => (unencodable ? [unencodable] : []));
  const unencodable = {
    encoding: first.unencodable.encoding,
    count: all.reduce((sum, { count }) => sum + count, 0),
    places: all.flatMap(({ places }) => places).slice(0, 8),
  };
  return { ok: false, error: { ...first, unencodable } };
}
