import { expect, test } from 'vitest';
import {
  clockTime,
  dateTime,
  signedSeconds,
  upTime,
  utcTime,
} from '../../../src-renderer/format/times';

const ms = { microseconds: false };
const us = { microseconds: true };
const at = Date.UTC(2026, 10, 20, 13, 2, 11, 302);
// Local midnight-ish times depend on the zone; the same instant asked of Date is the judge.
const local = new Date(at);
const two = (n: number): string => String(n).padStart(2, '0');
const clock = `${two(local.getHours())}:${two(local.getMinutes())}:11`;

test.each([
  [at, ms, '.302'],
  [at + 0.9995, ms, '.302'],
  [at + 0.25, us, '.302250'],
  [at, us, '.302000'],
  [at - 302, us, '.000000'],
  [at - 302, ms, '.000'],
  [at + 697.9, ms, '.999'],
])('the time of %s, %o', (time, options, fraction) => {
  expect(clockTime(time, options)).toBe(clock + fraction);
});

test('no microsecond is shown wrong because the stamp is stored a hair below it', () => {
  for (let micro = 0; micro < 1_000_000; micro += 997)
    expect(utcTime(at - 302 + micro / 1000, us).slice(20, 26)).toBe(String(micro).padStart(6, '0'));
});

test('date and UTC', () => {
  expect(utcTime(at, ms)).toBe('2026-11-20T13:02:11.302Z');
  expect(utcTime(at + 0.5, us)).toBe('2026-11-20T13:02:11.302500Z');
  expect(dateTime(at, ms)).toMatch(/^2026-11-2\d \d\d:\d\d:11\.302$/);
});

test.each([
  [2, ms, '+0.002'],
  [0, ms, '+0.000'],
  [0.25, us, '+0.000250'],
  [1706.9, ms, '+1.706'],
  [62_003, ms, '+62.003'],
  [-5, ms, '-0.005'],
  [3_723_004, ms, '+1:02:03.004'],
  // What lies between two stamps that are stored in steps of a quarter of a microsecond.
  [at + 0.03 - (at + 0.02), us, '+0.000010'],
  [at + 1.02 - (at + 0.02), ms, '+0.001'],
  [at + 99_999.99 - at, us, '+99.999990'],
])('%s ms, %o', (delta, options, text) => {
  expect(signedSeconds(delta, options)).toBe(text);
});

test.each([
  [0, '00:00:00'],
  [251_900, '00:04:11'],
  [90_061_000, '1d 01:01:01'],
  [-5, '00:00:00'],
])('up %s ms', (duration, text) => {
  expect(upTime(duration)).toBe(text);
});
