import { expect, test } from 'vitest';
import { counted } from '../../src-shared/counted';

test('one is one, all else are many', () => {
  expect([0, 1, 2].map((n) => counted(n, 'row'))).toEqual(['0 rows', '1 row', '2 rows']);
  expect(counted(2, 'entry', 'entries')).toBe('2 entries');
});
