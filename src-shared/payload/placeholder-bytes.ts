import { encodeText } from '../encoding/charset';
import type { Charset } from '../encoding/charset';
import { encodingLabel } from '../encoding/names';
import { fits, numberBytes, rangeText, readNumber } from './number-type';
import type { NumberType } from './number-type';
import type { PlacedPlaceholder } from './payload-parts';
import type { PayloadContext } from './payload-template';
import type { ByteRange, CounterPlaceholder, NumberSource, PlainPlaceholder } from './placeholder';
import type { ParsedBytes, PayloadError } from './problem';
import { failed } from './problem';

/** Where a placeholder stands, for what goes wrong with it; `place` counts those of the payload. */
export type Placing = Omit<PlacedPlaceholder, 'placeholder'> & { place: number };

/** The bytes of a placeholder that depends on the context alone. */
export function plainBytes(
  placeholder: PlainPlaceholder,
  context: PayloadContext,
  charset: Charset,
  placing: Placing,
): ParsedBytes {
  const text = (what: string) => textBytes(what, charset, placing);
  switch (placeholder.kind) {
    case 'counter':
      return text(counterText(placeholder, context));
    case 'unix':
      return text(String(unixNow(placeholder.unitMs, context)));
    case 'uuid':
      return text(uuid(context.random(16, placing.place)));
    case 'now': {
      const now = new Date(context.now);
      return text(placeholder.form === 'http' ? now.toUTCString() : now.toISOString());
    }
    case 'random':
      return ok(context.random(placeholder.lengthBytes, placing.place));
    case 'number':
      return numberOf(placeholder.value, placeholder.type, context, placing);
    case 'variable': {
      const value = context.variables.get(placeholder.name);
      return value === undefined ? without(notSet(placeholder.name, placing)) : text(value);
    }
    case 'file': {
      const file = context.files.get(placeholder.path);
      return file ? ok(file) : without(noFile(placeholder.path, placing));
    }
    case 'hostname':
      return text(context.hostname);
    case 'host':
      return context.host === null ? without(noHost(placing)) : text(context.host);
    case 'request':
      return requestBytes(placeholder.range, context, placing);
    case 'group':
      return ok(context.request?.groups[placeholder.index] ?? new Uint8Array());
    default:
      return placeholder satisfies never;
  }
}

function ok(bytes: Uint8Array): ParsedBytes {
  return { ok: true, bytes: new Uint8Array(bytes) };
}

export function textBytes(text: string, charset: Charset, { at, found }: Placing): ParsedBytes {
  const { bytes, bad } = encodeText(charset, text);
  const [first] = bad;
  if (!first) return ok(bytes);
  const encoding = encodingLabel(charset.name);
  const places = bad.slice(0, 8).map((one) => ({ at, found: one.found }));
  const { ok: no, error } = failed(
    'not-encodable',
    at,
    found,
    `The value of ${found} has characters that cannot be encoded in ${encoding}: ${first.found}`,
  );
  return { ok: no, error: { ...error, unencodable: { encoding, count: bad.length, places } } };
}

function unixNow(unitMs: number, { now }: PayloadContext): number {
  return Math.floor(now / unitMs);
}

function counterNow({ counter }: CounterPlaceholder, { counters }: PayloadContext): number {
  return counters.get(counter.name) ?? counter.start;
}

function counterText(placeholder: CounterPlaceholder, context: PayloadContext): string {
  const value = counterNow(placeholder, context);
  const digits = String(Math.abs(value)).padStart(placeholder.width, '0');
  return value < 0 ? `-${digits}` : digits;
}

/** RFC 9562, version 4. */
function uuid(random: Uint8Array): string {
  const hex = Array.from(random, (byte, n) => {
    const bits = n === 6 ? (byte & 0x0f) | 0x40 : n === 8 ? (byte & 0x3f) | 0x80 : byte;
    return bits.toString(16).padStart(2, '0');
  }).join('');
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => hex.slice(from, to))
    .join('-');
}

function numberOf(
  source: NumberSource,
  type: NumberType,
  context: PayloadContext,
  placing: Placing,
): ParsedBytes {
  switch (source.kind) {
    case 'literal':
      return ok(numberBytes(source.value, type));
    case 'counter': {
      // Cut to its lowest bits: a counter of one byte goes on from 255 with 0.
      const value = counterNow(source, context);
      return ok(numberBytes(type.kind === 'float' ? value : BigInt(value), type));
    }
    case 'unix':
      return typed(String(unixNow(source.unitMs, context)), type, placing);
    case 'variable': {
      const value = context.variables.get(source.name);
      return value === undefined
        ? without(notSet(source.name, placing))
        : typed(value.trim(), type, placing);
    }
    case 'group': {
      const caught = context.request?.groups[source.index] ?? new Uint8Array();
      return typed(String.fromCharCode(...caught.subarray(0, 40)).trim(), type, placing);
    }
    default:
      return source satisfies never;
  }
}

function typed(text: string, type: NumberType, { at, found }: Placing): ParsedBytes {
  const value = readNumber(text, type);
  if (value !== null && fits(value, type)) return ok(numberBytes(value, type));
  const usage = rangeText(type);
  const { ok: no, error } = failed(
    'placeholder-number',
    at,
    found,
    `The value of ${found} is "${text.slice(0, 40)}", and ${type.name} has ${usage}`,
  );
  return { ok: no, error: { ...error, usage } };
}

/** From and to in so many bytes, or null when they do not lie in them. */
export function placeOf(
  { from, to }: ByteRange,
  length: number,
): { from: number; to: number } | null {
  const start = from < 0 ? length + from : from;
  const end = to === null ? length : to < 0 ? length + to : to;
  return start < 0 || end < start || end > length ? null : { from: start, to: end };
}

function requestBytes(
  range: ByteRange,
  { request }: PayloadContext,
  { at, found }: Placing,
): ParsedBytes {
  const bytes = request?.bytes ?? new Uint8Array();
  const place = placeOf(range, bytes.length);
  if (place) return ok(bytes.subarray(place.from, place.to));
  return failed(
    'placeholder-range',
    at,
    found,
    `${found} lies outside of what is answered, which has ${bytes.length} bytes`,
  );
}

/** Where a placeholder stands, for what it has no value of. */
type Place = Pick<PlacedPlaceholder, 'at' | 'found'>;

function without(error: PayloadError): ParsedBytes {
  return { ok: false, error };
}

export function notSet(name: string, { at }: Place): PayloadError {
  const message = `The variable "${name}" has no value; give it one`;
  return { code: 'not-set', at, found: name, message };
}

export function noFile(path: string, { at }: Place): PayloadError {
  const message = `The file ${path} was not read; choose it, or name another`;
  return { code: 'no-file', at, found: path, message };
}

export function noHost({ at, found }: Place): PayloadError {
  const message = 'Here no host is dialled, so {{host}} stands for nothing; write the host itself';
  return { code: 'no-host', at, found, message };
}
