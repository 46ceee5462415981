import { InvalidArgumentError } from 'commander';
import { parseRate, parseSize, parseTime } from '../../src-shared/address/quantity';

/** A time of at least 1 ms. */
export function timeArgument(text: string): number {
  const ms = parseTime(text);
  if (ms === null || ms === 0)
    throw new InvalidArgumentError(
      'A time is a number with a unit, such as 500ms, 10s, 2m or 1h, and at most 24 days.',
    );
  return ms;
}

/** A size of at least one byte. */
export function sizeArgument(text: string): number {
  const bytes = parseSize(text);
  if (bytes === null || bytes === 0)
    throw new InvalidArgumentError('A size is a number with a unit, such as 64KiB or 100MB.');
  return bytes;
}

/** Bytes per second, at least one. */
export function rateArgument(text: string): number {
  const bytes = parseRate(text);
  if (bytes === null)
    throw new InvalidArgumentError('A rate is bytes per second, such as 10k, 64KiB or 1MB.');
  return bytes;
}

export function countArgument(text: string): number {
  const count = Number(text);
  if (!/^\d{1,15}$/.test(text) || count === 0)
    throw new InvalidArgumentError('A count is a whole number from 1 up.');
  return count;
}
