const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Making an Intl formatter costs more than a thousand uses of it. */
const formats = new Map<string, Intl.NumberFormat>();

function format(locale: string, digits: number): Intl.NumberFormat {
  const key = `${locale} ${digits}`;
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.NumberFormat(locale, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formats.set(key, made);
  }
  return made;
}

/** `12,408`. */
export function formatCount(count: number, locale: string): string {
  return format(locale, 0).format(count);
}

/** IEC units with three figures at most: `312 B`, `1.2 KiB`, `210 MiB`. */
export function formatSize(bytes: number, locale: string): string {
  let unit = 0;
  let value = bytes;
  // 1023.95 would be shown as 1,024.0 of the smaller unit.
  while (value >= 1023.95 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${format(locale, digits).format(value)} ${UNITS[unit]}`;
}

/** `1,234,567 B`, for where the exact number is wanted. */
export function exactSize(bytes: number, locale: string): string {
  return `${formatCount(bytes, locale)} B`;
}

/** `1.2 KiB/s`. */
export function formatByteRate(bytesPerSecond: number, locale: string): string {
  return `${formatSize(Math.round(bytesPerSecond), locale)}/s`;
}

/** `48/s`; below ten with one decimal, so that a slow sender is not "0/s". */
export function formatRate(perSecond: number, locale: string): string {
  const digits = perSecond > 0 && perSecond < 9.95 ? 1 : 0;
  return `${format(locale, digits).format(perSecond)}/s`;
}
