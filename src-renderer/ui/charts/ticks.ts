/** How far apart the ticks of an axis may be, so that round values stand at them. */

function steps(from: number, factor: number, count: number, of: readonly number[]): number[] {
  return Array.from({ length: count }, (_, power) =>
    of.map((one) => one * from * factor ** power),
  ).flat();
}

/** Whole numbers: there is no half message. */
export const COUNT_TICKS: readonly number[] = steps(1, 10, 15, [1, 2, 5]);

/** Bytes, which are told in KiB and MiB. */
export const BYTE_TICKS: readonly number[] = steps(
  1,
  1024,
  6,
  [1, 2, 5, 10, 20, 50, 100, 200, 500],
);

const DAY = 86_400;

/** Seconds. */
export const TIME_TICKS: readonly number[] = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200],
  ...[1, 2, 5, 10, 30, 90, 180, 365].map((days) => days * DAY),
];
