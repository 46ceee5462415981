const TIME_UNITS = new Map([
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
]);

const SIZE_UNITS = new Map([
  ['gib', 1024 ** 3],
  ['mib', 1024 ** 2],
  ['kib', 1024],
  ['gb', 1e9],
  ['mb', 1e6],
  ['kb', 1e3],
  ['b', 1],
  ['', 1],
]);

/** Of rates, besides: what people write for `kB` and the like. */
const RATE_UNITS = new Map([...SIZE_UNITS, ['g', 1e9], ['m', 1e6], ['k', 1e3]]);

/** Timers and socket options are 32-bit signed integers. */
const MAX_QUANTITY = 2 ** 31 - 1;

/** `500ms`, `1.5s`, `2m`, `1h` in ms; null when it is no time of whole ms up to 24 days. */
export function parseTime(text: string): number | null {
  return parse(text, TIME_UNITS);
}

/** The shortest exact spelling of a whole number of ms. */
export function formatTime(ms: number): string {
  for (const [unit, factor] of TIME_UNITS)
    if (ms >= factor && ms % factor === 0) return `${ms / factor}${unit}`;
  return `${ms}ms`;
}

/** `4096`, `64KiB`, `100kB` in bytes; null when it is no whole number of bytes below 2 GiB. */
export function parseSize(text: string): number | null {
  return parse(text, SIZE_UNITS);
}

/** `10k`, `10 kB/s`, `64KiB/s`, `9600` in bytes per second; null when it is none from 1 to 2 GiB. */
export function parseRate(text: string): number | null {
  const bytes = parse(text.trim().replace(/ ?\/ ?s$/i, ''), RATE_UNITS);
  return bytes === 0 ? null : bytes;
}

/** The shortest exact spelling of a whole number of bytes. */
export function formatSize(bytes: number): string {
  if (bytes > 0 && bytes % 1024 ** 2 === 0) return `${bytes / 1024 ** 2}MiB`;
  if (bytes > 0 && bytes % 1024 === 0) return `${bytes / 1024}KiB`;
  return String(bytes);
}

function parse(text: string, units: ReadonlyMap<string, number>): number | null {
  const match = /^(\d{1,10}(?:\.\d{1,9})?) ?([a-z]*)$/i.exec(text.trim());
  const factor = units.get(match?.[2]?.toLowerCase() ?? '?');
  if (!match || factor === undefined) return null;
  // Rounded to nanounits first: 1.001 * 1000 is not 1001 in binary floating point.
  const value = Math.round(Number(match[1]) * factor * 1e6) / 1e6;
  return Number.isInteger(value) && value <= MAX_QUANTITY ? value : null;
}
