/** Nanoseconds of the monotonic clock since this process started. Exact for 104 days. */
export type Stamp = number;

/** The one clock: every received byte is stamped here, once (Node docs: `perf_hooks`). */
export function now(): Stamp {
  return Math.round(performance.now() * 1e6);
}

/** Epoch ms of a stamp: the wall clock at process start plus monotonic time, so it never jumps back. */
export function epochMs(stamp: Stamp): number {
  return performance.timeOrigin + stamp / 1e6;
}

/** Epoch ns at stamp 0, split in two 32-bit halves, for formats with 64-bit times. */
export function epochNsAtZero(): { high: number; low: number } {
  const ns = BigInt(Math.round(performance.timeOrigin * 1e3)) * 1000n;
  return { high: Number(ns >> 32n), low: Number(ns & 0xffffffffn) };
}
