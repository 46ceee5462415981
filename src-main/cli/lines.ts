import type { Decoded } from '../../src-shared/decode/decoded';
import type { Frame } from '../../src-shared/framing/framer';
import { formatHex, formatPlainHex } from '../../src-shared/payload/format';
import { formatText } from '../../src-shared/payload/text';

/** Which form `--print` gives to payloads; `none` prints no line at all. */
export type PrintMode = 'json' | 'hex' | 'text' | 'none';

/** Control and direction characters that JSON lets pass and a terminal would obey. */
const UNSAFE_IN_JSON = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

const UNSAFE_IN_TEXT = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** One JSON object, safe for a terminal. */
export function jsonLine(object: object): string {
  return JSON.stringify(object).replace(
    UNSAFE_IN_JSON,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Text of foreign origin (a capture's comment, a file's name), safe for a terminal. */
export function safeText(text: string): string {
  return text.replace(UNSAFE_IN_TEXT, (char) => `\\u{${char.codePointAt(0)?.toString(16) ?? ''}}`);
}

export interface DataLine {
  /** ISO 8601. */
  at: string;
  direction: 'in' | 'out';
  peer: string;
  bytes: Uint8Array;
}

/**
 * `2026-01-31T10:00:00.000000000Z < 127.0.0.1:5000 48 65`, the payload as hex or visible text. With a
 * label, that stands for the text, or after the hex.
 */
export function dataLine(
  { at, direction, peer, bytes }: DataLine,
  mode: 'hex' | 'text',
  label?: string,
): string {
  const start = `${at} ${direction === 'in' ? '<' : '>'} ${peer}`;
  if (mode === 'text') return `${start} ${label ?? formatText(bytes)}`;
  return `${start} ${formatHex(bytes)}${label === undefined ? '' : `  # ${label}`}`;
}

/** What a `data` event has besides its socket. */
export function dataFields({ at, direction, bytes }: Omit<DataLine, 'peer'>) {
  return { at, direction, bytes: bytes.byteLength, hex: formatPlainHex(bytes) };
}

/** How a frame was found and what it means; what is as usual is left out. */
export function frameMarks(
  { role, part, incomplete, cuts }: Pick<Frame, 'role' | 'part' | 'incomplete' | 'cuts'>,
  decoded: Decoded | null,
) {
  return {
    ...(role === 'frame' ? {} : { role }),
    ...(part === 'whole' ? {} : { oversize: part }),
    ...(incomplete ? { incomplete } : {}),
    ...(cuts.length === 0 ? {} : { cuts }),
    ...(decoded ? { label: decoded.label, fields: decoded.fields } : {}),
  };
}

/** ISO 8601 with nanoseconds of epoch ms; a `number` holds them to about 0.3 µs. */
export function isoOfMs(ms: number): string {
  const whole = Math.floor(ms);
  const ns = Math.min(999_999, Math.round((ms - whole) * 1e6));
  return withNs(whole, ns);
}

/** ISO 8601 with nanoseconds, exact. */
export function isoOfNs(epochNs: bigint): string {
  return withNs(Number(epochNs / 1_000_000n), Number(epochNs % 1_000_000n));
}

function withNs(ms: number, ns: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}${String(ns).padStart(6, '0')}Z`;
}
