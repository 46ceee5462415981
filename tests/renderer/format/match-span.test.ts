import { expect, test } from 'vitest';
import { matchSpan } from '../../../src-renderer/format/match-span';

test('the first bytes that are searched for, if they are all there', () => {
  const bytes = new TextEncoder().encode('a needle, a needle');
  expect(matchSpan('needle', bytes)).toEqual({ from: 2, end: 8 });
  expect(matchSpan('hex:6e ?? 65', bytes)).toEqual({ from: 2, end: 5 });
  expect(matchSpan('needles', bytes)).toBeNull();
  expect(matchSpan('/needle/', bytes)).toBeNull();
  expect(matchSpan('dir:rx', bytes)).toBeNull();
  expect(matchSpan('beef', Uint8Array.of(0, 0xbe, 0xef))).toEqual({ from: 1, end: 3 });
});
