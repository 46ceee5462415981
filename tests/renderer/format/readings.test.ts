import { expect, test } from 'vitest';
import { binary, readings } from '../../../src-renderer/format/readings';

function read(bytes: number[], at = 0): Record<string, [string, string]> {
  return Object.fromEntries(
    readings(new Uint8Array(bytes), at).map(({ type, little, big }) => [type, [little, big]]),
  );
}

// Judged by Python: struct.unpack('<Q', b), struct.unpack('>Q', b) and so on.
test('all of them, in both orders', () => {
  expect(read([0xff, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x87])).toEqual({
    u8: ['255', '255'],
    i8: ['-1', '-1'],
    u16: ['511', '65281'],
    i16: ['511', '-255'],
    u32: ['50463231', '4278256131'],
    i32: ['50463231', '-16711165'],
    u64: ['9729469559769006591', '18374970166623929991'],
    i64: ['-8717274513940545025', '-71773907085621625'],
    f32: ['3.820586e-37', '-1.7148086e+38'],
    f64: ['-7.94992889512769e-275', '-5.831701372688946e+303'],
  });
});

test('only what there are bytes for', () => {
  expect(Object.keys(read([1, 2, 3], 1))).toEqual(['u8', 'i8', 'u16', 'i16']);
  expect(read([], 0)).toEqual({});
});

test('a 32-bit float is shown as short as it is exact; signs and infinities are kept', () => {
  expect(read([0x3d, 0xcc, 0xcc, 0xcd])['f32']?.[1]).toBe('0.1');
  expect(read([0x80, 0, 0, 0])['f32']?.[1]).toBe('-0');
  expect(read([0x7f, 0x80, 0, 0])['f32']?.[1]).toBe('Infinity');
  expect(read([0x7f, 0xc0, 0, 0])['f32']?.[1]).toBe('NaN');
});

test('a view into a bigger buffer is read at its own place', () => {
  const big = new Uint8Array([9, 9, 0x01, 0x03]);
  expect(readings(big.subarray(2), 0).find(({ type }) => type === 'u16')?.big).toBe('259');
});

test('binary', () => {
  expect(binary(5)).toBe('00000101');
});
