import { parseTime } from '../address/quantity';
import type { DecoderName } from '../decode/names';
import { DECODER_NAMES, decoderName } from '../decode/names';

/** A frame is at most this big unless told otherwise; a longer one comes in pieces, each marked. */
export const MAX_FRAME_BYTES = 1024 * 1024;

/** How a stream is cut into frames; the grammar is in docs/framing.md. */
export type Framing =
  | { kind: 'none' | 'line' | 'slip' | 'cobs' }
  | { kind: 'delim'; delimiter: Uint8Array }
  | { kind: 'fixed'; bytes: number }
  | LengthField
  | { kind: 'gap'; ms: number }
  | { kind: 'startend'; start: Uint8Array; end: Uint8Array }
  | { kind: 'proto'; name: DecoderName };

export interface LengthField {
  kind: 'len';
  /** Bytes of the field. */
  width: 1 | 2 | 3 | 4;
  endian: 'be' | 'le';
  /** Of the field in the frame, bytes. */
  offset: number;
  /** Bytes of the frame that the field does not count: the frame has `field + extra` bytes. */
  extra: number;
}

type FramingErrorCode =
  'unknown-framing' | 'bad-bytes' | 'bad-number' | 'bad-field' | 'bad-time' | 'not-expected';

export interface FramingError {
  code: FramingErrorCode;
  /** English: what is wrong and what to write instead. */
  message: string;
  /** Offset from 0 in the text. */
  at: number;
}

export type ParsedFraming = { ok: true; framing: Framing } | { ok: false; error: FramingError };

const KINDS = ['none', 'line', 'delim', 'fixed', 'len', 'gap', 'slip', 'cobs', 'startend', 'proto'];

/** So long may a delimiter or mark be. */
const MAX_MARK_BYTES = 64;
const MAX_OFFSET = 65_535;

/** Understands a framing, such as `line`, `delim:0d0a` or `len:u16be@4+6`. Never throws. */
export function parseFraming(text: string): ParsedFraming {
  const body = text.trim();
  const start = text.length - text.trimStart().length;
  const colon = body.indexOf(':');
  const kind = (colon === -1 ? body : body.slice(0, colon)).toLowerCase();
  const value = colon === -1 ? null : body.slice(colon + 1);
  const at = start + colon + 1;
  switch (kind) {
    case 'none':
    case 'line':
    case 'slip':
    case 'cobs':
      if (value !== null) return failed('not-expected', at - 1, `${kind} stands alone`);
      return { ok: true, framing: { kind } };
    case 'delim':
      return parseDelimiter(value ?? '', at);
    case 'fixed':
      return parseFixed(value ?? '', at);
    case 'len':
      return parseLength(value ?? '', at);
    case 'gap':
      return parseGap(value ?? '', at);
    case 'startend':
      return parseStartEnd(value ?? '', at);
    case 'proto':
      return parseProto(value ?? '', at);
    default:
      return failed('unknown-framing', start, `There are ${KINDS.join(', ')}`);
  }
}

function failed(code: FramingErrorCode, at: number, message: string): ParsedFraming {
  return { ok: false, error: { code, at, message } };
}

function parseDelimiter(text: string, at: number): ParsedFraming {
  const delimiter = markBytes(text);
  if (!delimiter) return failed('bad-bytes', at, `A delimiter is ${MARK_HELP}: delim:0d0a`);
  return { ok: true, framing: { kind: 'delim', delimiter } };
}

function parseFixed(text: string, at: number): ParsedFraming {
  const bytes = wholeNumber(text, MAX_FRAME_BYTES);
  if (bytes === null || bytes === 0)
    return failed('bad-number', at, `A size is 1 to ${MAX_FRAME_BYTES} bytes: fixed:16`);
  return { ok: true, framing: { kind: 'fixed', bytes } };
}

function parseGap(text: string, at: number): ParsedFraming {
  const ms = parseTime(text);
  if (ms === null || ms === 0)
    return failed('bad-time', at, 'A gap is a time with its unit, from 1 ms up: gap:5ms');
  return { ok: true, framing: { kind: 'gap', ms } };
}

function parseProto(text: string, at: number): ParsedFraming {
  const name = decoderName(text.toLowerCase());
  if (!name) return failed('bad-field', at, `There are ${DECODER_NAMES.join(', ')}: proto:http`);
  return { ok: true, framing: { kind: 'proto', name } };
}

const MARK_HELP = `1 to ${MAX_MARK_BYTES} bytes in hex`;

function parseStartEnd(text: string, at: number): ParsedFraming {
  const dots = text.indexOf('..');
  const message = `Start and end are each ${MARK_HELP}, with two dots between: startend:02..03`;
  const start = dots === -1 ? null : markBytes(text.slice(0, dots));
  if (!start) return failed('bad-bytes', at, message);
  const end = markBytes(text.slice(dots + 2));
  if (!end) return failed('bad-bytes', at + dots + 2, message);
  return { ok: true, framing: { kind: 'startend', start, end } };
}

const LENGTH = /^u(8|16|24|32)(be|le)?(?:@(\d{1,5}))?(?:([+-])(\d{1,5}))?$/i;

function parseLength(text: string, at: number): ParsedFraming {
  const message =
    'A length field is its type, @ its offset, and + the bytes it does not count: len:u16be@4+6';
  const match = LENGTH.exec(text);
  if (!match) return failed('bad-field', at, message);
  const [, bits, endian, place, sign, more] = match;
  const width = bits === '8' ? 1 : bits === '16' ? 2 : bits === '24' ? 3 : 4;
  if (width > 1 && endian === undefined)
    return failed(
      'bad-field',
      at,
      `Say which byte comes first: u${bits ?? ''}be or u${bits ?? ''}le`,
    );
  const offset = Number(place ?? 0);
  const distance = Number(more ?? offset + width);
  if (offset > MAX_OFFSET || distance > MAX_OFFSET + 4)
    return failed('bad-number', at, `Offset and count are at most ${MAX_OFFSET}`);
  return {
    ok: true,
    framing: {
      kind: 'len',
      width,
      endian: endian?.toLowerCase() === 'le' ? 'le' : 'be',
      offset,
      extra: sign === '-' ? -distance : distance,
    },
  };
}

function wholeNumber(text: string, most: number): number | null {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : null;
  return number !== null && number <= most ? number : null;
}

/** Hex digits in pairs; spaces between them are let pass. */
function markBytes(text: string): Uint8Array | null {
  const digits = text.replaceAll(' ', '');
  const length = digits.length / 2;
  if (!/^([0-9a-f]{2})+$/i.test(digits) || length > MAX_MARK_BYTES) return null;
  return Uint8Array.from({ length }, (_, n) => parseInt(digits.slice(2 * n, 2 * n + 2), 16));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The canonical spelling; `parseFraming` gives the same framing back. */
export function formatFraming(framing: Framing): string {
  switch (framing.kind) {
    case 'none':
    case 'line':
    case 'slip':
    case 'cobs':
      return framing.kind;
    case 'delim':
      return `delim:${hex(framing.delimiter)}`;
    case 'fixed':
      return `fixed:${framing.bytes}`;
    case 'len': {
      const { width, endian, offset, extra } = framing;
      const type = width === 1 ? 'u8' : `u${width * 8}${endian}`;
      return `len:${type}@${offset}${extra < 0 ? '-' : '+'}${Math.abs(extra)}`;
    }
    case 'gap':
      return `gap:${framing.ms}ms`;
    case 'startend':
      return `startend:${hex(framing.start)}..${hex(framing.end)}`;
    case 'proto':
      return `proto:${framing.name}`;
    default:
      return framing satisfies never;
  }
}
