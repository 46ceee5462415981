/** Times are epoch ms with fractions; what is shown is cut, never rounded up into the future. */
export interface TimeOptions {
  microseconds: boolean;
}

/**
 * Epoch ms come in steps of about a quarter of a microsecond: x.302001 may be stored a hair below, and
 * so may what lies between two of them.
 */
const STEP_MS = 0.000_25;

/** `14:02:11.302` in the computer's own time zone. */
export function clockTime(at: number, { microseconds }: TimeOptions): string {
  const date = new Date(at);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return time + fraction(at, microseconds);
}

/** `2026-11-20 14:02:11.302` in the computer's own time zone. */
export function dateTime(at: number, options: TimeOptions): string {
  const date = new Date(at);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${clockTime(at, options)}`;
}

/** `2026-11-20T13:02:11.302Z` (ISO 8601). */
export function utcTime(at: number, { microseconds }: TimeOptions): string {
  return new Date(at).toISOString().slice(0, 19) + fraction(at, microseconds) + 'Z';
}

/** Seconds with a sign: `+0.002`; of an hour and more `+1:02:03.004`. */
export function signedSeconds(ms: number, { microseconds }: TimeOptions): string {
  const sign = ms < 0 ? '-' : '+';
  const perMs = microseconds ? 1000 : 1;
  const units = Math.floor((Math.abs(ms) + STEP_MS) * perMs);
  const perSecond = microseconds ? 1_000_000 : 1000;
  const digits = String(units % perSecond).padStart(microseconds ? 6 : 3, '0');
  const seconds = Math.floor(units / perSecond);
  if (seconds < 3600) return `${sign}${seconds}.${digits}`;
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${sign}${Math.floor(seconds / 3600)}:${rest}.${digits}`;
}

/** How long something has been up: `00:04:11`, with days before it when there are any. */
export function upTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const time = `${two(hours)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days > 0 ? `${days}d ${time}` : time;
}

function fraction(at: number, microseconds: boolean): string {
  const ms = at - Math.floor(at / 1000) * 1000;
  return microseconds
    ? '.' + String(Math.min(999_999, Math.floor((ms + STEP_MS) * 1000))).padStart(6, '0')
    : '.' + String(Math.floor(ms)).padStart(3, '0');
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/**
 * How long until `at`, for a countdown: `7 s`, `1:05`, `2:03:04`; never below 0. `now` stands at the
 * last whole second: rounded up, a wait of one second would begin as two.
 */
export function remaining(at: number, now: number): string {
  const seconds = Math.max(0, Math.floor((at - now) / 1000));
  if (seconds < 60) return `${seconds} s`;
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours === 0 ? rest.replace(/^0/, '') : `${hours}:${rest}`;
}
