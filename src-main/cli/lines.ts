import { formatHex } from '../../src-shared/payload/format';
import { formatText } from '../../src-shared/payload/text';

/** Which form `--print` gives to payloads; `none` prints no line at all. */
export type PrintMode = 'json' | 'hex' | 'text' | 'none';

const UNSAFE_IN_TEXT = /[\p{C}\p{Zl}\p{Zp}]/gu;

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
