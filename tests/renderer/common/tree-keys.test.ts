import { expect, test } from 'vitest';
import { indexOfLabel, treeMove } from '../../../src-renderer/ui/common/tree-keys';
import type { TreeRow } from '../../../src-renderer/ui/common/tree-row';

function row(key: string, parent: string | null, expanded: boolean | null): TreeRow {
  return { key, parent, level: parent === null ? 1 : 2, expanded, place: 1, siblings: 1 };
}
const rows = [
  row('a', null, true),
  row('a1', 'a', null),
  row('a2', 'a', null),
  row('b', null, false),
  row('c', null, null),
];

test.each([
  ['ArrowDown', 0, { to: 1 }],
  ['ArrowDown', 4, { to: 4 }],
  ['ArrowUp', 0, { to: 0 }],
  ['ArrowRight', 0, { to: 1 }],
  ['ArrowRight', 3, { expand: true }],
  ['ArrowRight', 4, { to: 4 }],
  ['ArrowLeft', 0, { expand: false }],
  ['ArrowLeft', 2, { to: 0 }],
  ['ArrowLeft', 4, { to: 4 }],
  ['PageDown', 1, { to: 4 }],
  ['PageUp', 4, { to: 1 }],
  ['Home', 4, { to: 0 }],
  ['End', 0, { to: 4 }],
  ['x', 0, null],
] as const)('%s at %i', (key, at, move) => {
  expect(treeMove(key, rows, at, 3)).toEqual(move);
});

test('in an empty tree no key leads anywhere', () => {
  expect(treeMove('ArrowDown', [], 0, 3)).toBeNull();
});

const names = ['tcp-listen:9000', 'udp-listen:53', 'tcp:plc:502', 'Gateway'];
test.each([
  ['t', 0, 2],
  ['tcp-', 2, 0],
  ['g', 0, 3],
  ['plc', 0, 2],
  ['zz', 0, -1],
])('typing %j from row %i leads to %i', (typed, at, index) => {
  expect(indexOfLabel(names, typed, at)).toBe(index);
});
