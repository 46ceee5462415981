import { joined } from '../../src-shared/encoding/carry';
import type { Charset } from '../../src-shared/encoding/charset';
import { cutAt } from '../../src-shared/encoding/charset';
import { UTF8 } from '../../src-shared/encoding/unicode';
import { formatHex } from '../../src-shared/payload/format';
import { formatText } from '../../src-shared/payload/text';

/** Which form `--print` gives to payloads; `none` prints no line at all. */
export type PrintMode = 'json' | 'hex' | 'text' | 'none';

export interface DataLine {
  /** ISO 8601. */
  at: string;
  direction: 'in' | 'out';
  peer: string;
  /** The peer is none of those that were expected. */
  unexpected?: boolean;
  bytes: Uint8Array;
  /** The bytes before these that begin the character which they go on with. */
  lead?: Uint8Array | null;
  /** Left out: UTF-8. */
  charset?: Charset;
  /** What the capture says of it, such as the rule that answered. */
  comment?: string | undefined;
}

/**
 * `2026-01-31T10:00:00.000000000Z < 127.0.0.1:5000 48 65`, the payload as hex or visible text. With a
 * label, that stands for the text, or after the hex.
 */
export function dataLine(
  {
    at,
    direction,
    peer,
    unexpected = false,
    bytes,
    lead = null,
    charset = UTF8,
    comment,
  }: DataLine,
  mode: 'hex' | 'text',
  label?: string,
): string {
  const start = `${at} ${direction === 'in' ? '<' : '>'} ${peer}${unexpected ? ' (unexpected)' : ''}`;
  const notes = [mode === 'text' ? undefined : label, comment].filter((one) => one !== undefined);
  const end = notes.length === 0 ? '' : `  # ${notes.join(', ')}`;
  if (mode === 'text') return `${start} ${label ?? shownText(bytes, lead, charset)}${end}`;
  return `${start} ${formatHex(bytes)}${end}`;
}

/**
 * A character that is cut between two lines is shown whole in the later one, after `›`; the earlier one
 * ends with `‹` and its bytes.
 */
function shownText(bytes: Uint8Array, lead: Uint8Array | null, charset: Charset): string {
  const all = lead ? joined(lead, bytes) : bytes;
  const end = cutAt(charset, all);
  const whole = `${lead ? '›' : ''}${formatText(all.subarray(0, end), charset)}`;
  if (end === all.length) return whole;
  return `${whole}‹${formatHex(all.subarray(Math.max(end, lead?.length ?? 0)))}`;
}
