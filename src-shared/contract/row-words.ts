/*
 * What of rows is needed where nothing is checked: without the schemas, which take longer to load than
 * a thread that looks through a capture takes for all else it begins with.
 */

/** A row's preview carries at most this many bytes; the rest is asked for with `rowBytes`. */
export const PREVIEW_BYTES = 256;

/** Rows that one `rows` answer may carry. */
export const MAX_ROWS = 512;

/** What a row without payload tells. */
export const ROW_EVENTS = [
  'open',
  'connected',
  'accepted',
  'peer-ended',
  'ended',
  'peer-reset',
  'reset',
  'closed',
  'failed',
  'securing',
  'secured',
  'fault',
  'refused-connection',
  'kernel-dropped',
  'joined',
  'left',
  'unexpected-source',
  'address-gone',
  'address-back',
  'idle',
  'paused',
  'resumed',
  'reconnecting',
  'stopped-accepting',
  'accepting',
  'rejected',
  'option-set',
  'gap',
  'part',
  'missing-part',
  'let-go',
  'recovered',
  'comment',
] as const;

/** Null: it is none. */
export function rowEventOf(word: string | undefined): (typeof ROW_EVENTS)[number] | null {
  return ROW_EVENTS.find((event) => event === word) ?? null;
}
