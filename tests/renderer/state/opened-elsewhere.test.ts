import { expect, test } from 'vitest';
import { OpenedElsewhere } from '../../../src-renderer/state/opened-elsewhere';

test('a socket is shown once it is known, whichever is told first, and once', () => {
  const known = new Set([1]);
  const shown: number[] = [];
  const elsewhere = new OpenedElsewhere(
    (socket) => known.has(socket),
    (socket) => shown.push(socket),
  );
  elsewhere.opened(1);
  expect(shown).toEqual([1]);
  elsewhere.opened(2);
  elsewhere.updated();
  expect(shown).toEqual([1]);
  known.add(2);
  elsewhere.updated();
  elsewhere.updated();
  expect(shown).toEqual([1, 2]);
  elsewhere.opened(3);
  elsewhere.clear();
  known.add(3);
  elsewhere.updated();
  expect(shown).toEqual([1, 2]);
});
