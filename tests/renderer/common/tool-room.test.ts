import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choiceTool, menuEntry } from '../../../src-renderer/ui/common/tool';
import { withoutRoom } from '../../../src-renderer/ui/common/tool-room';

const order = ['find', 'show', 'pause', 'count'];
const tools = new Map([
  ['show', 120],
  ['count', 80],
  ['find', 28],
  ['pause', 28],
]);
const sizes = { first: 180, tools, gap: 4, more: 28 };
const gone = (room: number): string[] => [...withoutRoom({ ...sizes, room }, order)];

test('what has no room goes into the menu, the least used first', () => {
  // 180 + 120 + 80 + 28 + 28 with four gaps.
  expect(gone(452)).toEqual([]);
  expect(gone(451)).toEqual(['count']);
  // The menu takes room itself.
  expect(gone(400)).toEqual(['count']);
  expect(gone(399)).toEqual(['count', 'pause']);
  expect(gone(1)).toEqual(['count', 'pause', 'show', 'find']);
  // Not shown, or not measured yet.
  expect(gone(0)).toEqual([]);
});

test('what is left stands in one line, and no more has gone than had to', () => {
  const width = fc.integer({ min: 1, max: 200 });
  fc.assert(
    fc.property(
      fc.array(width, { maxLength: 12 }),
      fc.integer({ max: 1500, min: 220 }),
      (of, room) => {
        const ids = of.map((_, place) => String(place));
        const widths = new Map(of.map((px, place) => [String(place), px]));
        const out = withoutRoom({ ...sizes, tools: widths, room }, ids);
        const taken = (without: number): number =>
          of.slice(0, of.length - without).reduce((sum, px) => sum + 4 + px, 180);
        const more = out.size === 0 ? 0 : 32;
        expect([...out]).toEqual(ids.toReversed().slice(0, out.size));
        expect(taken(out.size) + more).toBeLessThanOrEqual(room);
        if (out.size > 0)
          expect(taken(out.size - 1) + (out.size === 1 ? 0 : 32)).toBeGreaterThan(room);
      },
    ),
  );
});

test('a list of choices is a menu of its own, with the one that holds', () => {
  const chosen: string[] = [];
  const options = [
    { value: 'hex', label: 'Hex' },
    { value: 'wide', label: 'Wide', offBecause: 'too narrow' },
  ] as const;
  const tool = choiceTool('as', {
    label: 'As',
    value: 'hex',
    options,
    onchange: (value) => chosen.push(value),
  });
  const entry = menuEntry(tool);
  expect(entry).toMatchObject({
    hint: 'Hex',
    items: [
      { label: 'Hex', checked: true, offBecause: null },
      { label: 'Wide', checked: false, offBecause: 'too narrow' },
    ],
  });
  if (entry !== null && 'items' in entry) entry.items[1]?.run();
  expect(chosen).toEqual(['wide']);
  expect(menuEntry({ id: 'count', kind: 'text', text: '3 rows' })).toBeNull();
});
