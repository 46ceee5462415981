import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReadMemory } from '../../../src-main/engine/read-memory';

const memory = new ReadMemory();

function plainSum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += view.getUint16(at, true);
  return sum;
}

test('adds up any stretch of whole strides, wherever it begins', () => {
  const all = memory.bytes;
  fc.assert(
    fc.property(
      fc.nat(all.length - 1),
      fc.nat(70_000),
      fc.integer(),
      fc.nat(3),
      (begin, length, seed, kind) => {
        const bytes = all.subarray(begin, begin + length);
        // Ones everywhere is what could overflow.
        for (let at = 0; at < bytes.length; at++)
          bytes[at] = kind === 0 ? 0xff : Math.imul(at + seed, 0x9e3779b1) >>> 24;
        const summable = memory.summable(bytes, bytes.length);
        expect(bytes.length - summable).toBeLessThan(64);
        if (summable === 0) return;
        expect(memory.sum(all, begin, summable)).toBe(plainSum(bytes.subarray(0, summable)));
        expect(memory.sum(bytes, 0, summable)).toBe(plainSum(bytes.subarray(0, summable)));
      },
    ),
    { numRuns: 60 },
  );
});

test('all of it, full of ones, does not overflow', () => {
  const length = memory.summable(memory.bytes, memory.bytes.length);
  memory.bytes.fill(0xff);
  expect(memory.sum(memory.bytes, 0, length)).toBe((length / 2) * 0xffff);
});

test('bytes that lie elsewhere are not taken', () => {
  expect(memory.summable(new Uint8Array(1000), 1000)).toBe(0);
  expect(memory.summable(memory.bytes, 63)).toBe(0);
});
