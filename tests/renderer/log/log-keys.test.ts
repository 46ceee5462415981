import { expect, test } from 'vitest';
import { logAction, moved } from '../../../src-renderer/ui/log/log-keys';

const plain = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };

test.each([
  ['ArrowDown', {}, { do: 'move', to: 'down', extend: false }],
  ['ArrowUp', { shiftKey: true }, { do: 'move', to: 'up', extend: true }],
  ['PageDown', {}, { do: 'move', to: 'page-down', extend: false }],
  ['Home', { shiftKey: true }, { do: 'move', to: 'first', extend: true }],
  ['End', {}, { do: 'move', to: 'last', extend: false }],
  ['End', { ctrlKey: true }, { do: 'move', to: 'last', extend: false }],
  ['a', { ctrlKey: true }, { do: 'select-all' }],
  ['A', { metaKey: true }, { do: 'select-all' }],
  ['Enter', {}, { do: 'inspect' }],
  ['c', {}, { do: 'copy' }],
  ['c', { ctrlKey: true }, { do: 'copy' }],
  ['p', {}, { do: 'pause' }],
  ['Escape', {}, { do: 'unselect' }],
  [' ', {}, { do: 'deed', deed: 'mark-row' }],
  ['N', {}, { do: 'deed', deed: 'note-row' }],
  ['t', {}, { do: 'deed', deed: 'time-reference' }],
  [' ', { ctrlKey: true }, null],
  ['t', { shiftKey: true }, null],
  ['p', { ctrlKey: true }, null],
  ['PageDown', { ctrlKey: true }, null],
  ['ArrowUp', { altKey: true }, null],
  ['F5', {}, null],
  ['x', {}, null],
] as const)('%s with %o', (key, modifiers, action) => {
  expect(logAction({ key, ...plain, ...modifiers })).toEqual(action);
});

test.each([
  [5, 'up', 4],
  [0, 'up', 0],
  [99, 'down', 99],
  [50, 'page-down', 77],
  [50, 'page-up', 23],
  [90, 'page-down', 99],
  [50, 'first', 0],
  [50, 'last', 99],
] as const)('from row %s %s to %s', (from, to, expected) => {
  expect(moved(from, to, 100, 27)).toBe(expected);
});
