import { m } from '../i18n/generated/messages';
import { idleActionText } from './status-marks';
import { clockTime } from './times';

/*
 * What the record says of a state beside its name stands in it in English, for Wireshark too. What does
 * not read as the engine writes it is shown as it is.
 */

/** As `idle-watch.ts` writes it. */
const IDLE =
  /^(?<seconds>[\d.]+) s(?:, nothing (?<silent>received|sent))?: (?<action>warn|half-close|close|reset)$/u;

/** As `loss-text.ts` writes it, of what a full disk kept from being recorded. */
const UNRECORDED =
  /^(?<chunks>\d+) chunks?, (?<bytes>\d+) bytes?(?:, (?<states>\d+) states?)? not recorded since (?<since>\S+)$/u;

/** As `row-rules.ts` writes it, of bytes that no packet of a capture has. */
const MISSING =
  /^(?<bytes>\d+) bytes? that (?:was|were) (?<way>sent|received) (?:is|are) not in the capture$/u;
const JUMP =
  /^the numbers of what was (?<way>sent|received) jump: bytes are missing, or it is another connection on the same ports$/u;

/** As `recover.ts` writes it. */
const CLEANED =
  /^the recording ended without being closed; (?:no block was cut|(?<bytes>\d+) bytes? of an incomplete block cut off)$/u;

function wayOf(word: string): 'rx' | 'tx' {
  return word === 'sent' ? 'tx' : 'rx';
}

/** How long it was silent, and what came of it. */
export function idleDetail(text: string): string {
  const found = IDLE.exec(text)?.groups;
  if (found === undefined) return text;
  const { seconds = '', silent, action } = found;
  const done = (['warn', 'half-close', 'close', 'reset'] as const).find((one) => one === action);
  if (done === undefined) return text;
  const direction = silent === undefined ? 'either' : wayOf(silent);
  return m.silence_on({ time: `${seconds} s`, action: idleActionText(done), direction });
}

/** What is missing. */
export function gapDetail(text: string): string {
  const lost = UNRECORDED.exec(text)?.groups;
  if (lost !== undefined) {
    const { chunks = '', bytes = '', states, since = '' } = lost;
    const time = clockTime(Date.parse(since), { microseconds: false });
    return states === undefined
      ? m.log_gap_unrecorded({ chunks, bytes, time })
      : m.log_gap_unrecorded_states({ chunks, bytes, states, time });
  }
  const missing = MISSING.exec(text)?.groups;
  if (missing !== undefined) {
    const { bytes = '', way = '' } = missing;
    return m.log_gap_missing({ bytes, direction: wayOf(way) });
  }
  const { way } = JUMP.exec(text)?.groups ?? {};
  return way === undefined ? text : m.log_gap_jump({ direction: wayOf(way) });
}

/** How many datagrams the system dropped. */
export function droppedDetail(text: string): string {
  const { count } = /^(?<count>\d+) datagrams?$/u.exec(text)?.groups ?? {};
  return count === undefined ? text : m.log_dropped_datagrams({ count });
}

/** What cleaning a capture took away. */
export function cleanedDetail(text: string): string {
  const found = CLEANED.exec(text);
  if (found === null) return text;
  const bytes = found.groups?.['bytes'];
  return bytes === undefined ? m.log_cleaned_whole() : m.log_cleaned_cut({ bytes });
}
