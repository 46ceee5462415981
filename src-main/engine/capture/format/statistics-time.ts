/** 1 January 2000, epoch ms: no capture of finer than microseconds is older. */
const OLDEST_MS = 946_684_800_000;
const HALF = 0x1_0000_0000n;

/**
 * The time of an Interface Statistics Block in units of its interface. dumpcap writes it in microseconds
 * even where the interface counts nanoseconds, as on Linux: read as told it would be a day in January 1970.
 */
export function statisticsTime(
  high: number,
  low: number,
  unitsPerMs: number,
): { timeHigh: number; timeLow: number } {
  const units = high * 2 ** 32 + low;
  const mistaken = units / unitsPerMs < OLDEST_MS && units / 1000 >= OLDEST_MS;
  if (unitsPerMs <= 1000 || !mistaken) return { timeHigh: high, timeLow: low };
  const exact = (BigInt(high) * HALF + BigInt(low)) * BigInt(Math.round(unitsPerMs / 1000));
  return { timeHigh: Number((exact / HALF) % HALF), timeLow: Number(exact % HALF) };
}
