import { parseFilter } from '../../src-shared/filter/parse';

const TERM = 'time>=\\S+ and time<\\S+';
const WITH_SPAN = new RegExp(`^(?:\\(([\\s\\S]*)\\) and )?(${TERM})$`);

/** `2026-01-31T14:02:03.500+01:00`: of this computer's clock, and exact when clocks are set back. */
export function zonedTime(at: number): string {
  const offset = -new Date(at).getTimezoneOffset();
  const local = new Date(at + offset * 60_000).toISOString().slice(0, -1);
  const two = (value: number) => String(value).padStart(2, '0');
  const size = Math.abs(offset);
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** A filter without the span that stands at its end; null: nothing is left. */
export function withoutSpan(filter: string | null): string | null {
  const match = filter === null ? null : WITH_SPAN.exec(filter);
  if (!match) return filter;
  return match[1] ?? null;
}

export function hasSpan(filter: string | null): boolean {
  return filter !== null && WITH_SPAN.test(filter);
}

/** A filter that passes only rows of this time as well, instead of a span it had. */
export function withSpan(filter: string | null, from: string, to: string): string {
  const rest = withoutSpan(filter);
  const term = `time>=${from} and time<${to}`;
  return rest === null ? term : `(${rest}) and ${term}`;
}

/** What is wrong with a time of the filter grammar that was typed; null: nothing. */
export function isTime(text: string): boolean {
  return text !== '' && !/[\s()]/.test(text) && parseFilter(`time>=${text}`).ok;
}
