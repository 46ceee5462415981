const UNITS = [
  { ms: 3_600_000, name: 'h' },
  { ms: 60_000, name: 'min' },
  { ms: 1000, name: 's' },
  { ms: 1, name: 'ms' },
  { ms: 1e-3, name: 'µs' },
] as const;

/** `250 µs`, `1.5 ms`, `2 s`, `3 min`: three figures at most. */
export function duration(ms: number): string {
  if (ms === 0) return '0';
  const { ms: unit, name } = UNITS.find((one) => ms >= one.ms * 0.9995) ?? { ms: 1e-6, name: 'ns' };
  const value = ms / unit;
  return `${value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))} ${name}`;
}
