import { expect, test } from 'vitest';
import { readMemory } from '../../../src-renderer/page-memory';
import { usualLayout } from '../../../src-renderer/state/shell.svelte';

const usual = { layout: usualLayout, composerOpen: true, toldCaptures: [] };
const read = (text: string | null) => readMemory({ getItem: () => text });

test('what a page remembers comes back, each part that can be used', () => {
  const layout = {
    sidebarWidth: 300,
    inspectorWidth: 4000,
    inspectorHeight: 80,
    composerHeight: 99,
  };
  const memory = { layout, composerOpen: false, toldCaptures: ['a.pcapng'] };
  expect(read(JSON.stringify(memory))).toEqual(memory);
  const bad = {
    sidebarWidth: 79,
    inspectorWidth: 4001,
    inspectorHeight: '80',
    composerHeight: null,
  };
  expect(read(JSON.stringify({ ...memory, layout: { ...bad, composerHeight: 120 } }))).toEqual({
    ...memory,
    layout: { ...usualLayout, composerHeight: 120 },
  });
  expect(read('{"composerOpen":"no","toldCaptures":[7,"b.pcapng"],"layout":[]}')).toEqual({
    ...usual,
    toldCaptures: ['b.pcapng'],
  });
});

test.each([null, '', '{', 'null', '7', '"text"', '[]'])(
  '%s is as if there were nothing',
  (text) => {
    expect(read(text)).toEqual(usual);
  },
);
