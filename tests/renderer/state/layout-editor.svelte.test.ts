import { expect, test } from 'vitest';
import { CommandError } from '../../../src-renderer/state/command-error';
import { LayoutDraft } from '../../../src-renderer/state/layout-draft.svelte';
import { LayoutEditor } from '../../../src-renderer/state/layout-editor.svelte';
import { keepLayoutDrafts, recallLayoutDrafts } from '../../../src-renderer/page-memory';
import { Layouts } from '../../../src-renderer/state/layouts.svelte';
import { Toasts } from '../../../src-renderer/state/toasts.svelte';
import { definition as schema, type Definition } from '../../../src-shared/contract/definition';
import { decodingHere, fakeMain } from './fakes';

function layout(name: string): Definition {
  return { version: 1, kind: 'layout', name, fields: [{ type: 'u8', name: 'kind' }] };
}

/** What main keeps: one by one, as its files are. */
async function begin(...names: string[]) {
  let stored = names.map(layout);
  const main = fakeMain({
    definitions: () => ({ definitions: stored, problems: [] }),
    saveDefinition: ({ definition, replaces }) => {
      const others = stored.filter(({ name }) => name !== replaces);
      if (others.some(({ name }) => name === definition.name))
        throw new CommandError('EEXIST', 'There is one already');
      stored = [...others, schema.parse(definition)];
      return {};
    },
    deleteDefinition: ({ name }) => {
      stored = stored.filter((one) => one.name !== name);
      return {};
    },
  });
  const layouts = new Layouts({ main, toasts: new Toasts(), decoding: decodingHere() });
  await layouts.load();
  return { layouts, kept: () => stored.map(({ name }) => name).sort() };
}

/** As the dialog does when it is closed and opened again. */
function again(editor: LayoutEditor, layouts: Layouts): LayoutEditor {
  editor.leave();
  return new LayoutEditor(layouts);
}

function write(editor: LayoutEditor, text: string): void {
  if (editor.shown !== null) editor.shown.text = text;
}

test('what is written is there again: after another was looked at, and after the editor was closed', async () => {
  const { layouts } = await begin('a', 'b');
  const first = new LayoutEditor(layouts);
  expect(first.shown?.replaces).toBe('a');
  write(first, '[ { "type": "u1');
  first.open(layout('b'));
  first.show(new LayoutDraft(null, null));
  if (first.shown !== null) first.shown.name = 'new';
  first.open(layout('b'));
  const second = again(first, layouts);
  expect(second.fresh.map(({ name }) => name)).toEqual(['new']);
  expect([second.isChanged(layout('a')), second.isChanged(layout('b'))]).toEqual([true, false]);
  second.open(layout('a'));
  expect(second.shown).toMatchObject({ replaces: 'a', text: '[ { "type": "u1', changed: true });
  // Saved, it is no draft any more.
  write(second, '[ { "type": "u16", "name": "kind" } ]');
  expect(await second.save()).toBeNull();
  expect(second.shown).toMatchObject({ replaces: 'a', changed: false });
  expect(again(second, layouts).isChanged(layout('a'))).toBe(false);
});

test('a decoder is deleted and put back with what was written in it', async () => {
  const { layouts, kept } = await begin('a', 'b', 'c');
  const editor = new LayoutEditor(layouts);
  editor.open(layout('b'));
  write(editor, '[]');
  await editor.remove();
  expect([kept(), editor.shown?.replaces]).toEqual([['a', 'c'], 'c']);
  const later = again(editor, layouts);
  expect(later.shown?.replaces).toBe('a');
  expect(await later.undo()).toBeNull();
  expect([kept(), layouts.removed]).toEqual([['a', 'b', 'c'], null]);
  expect(later.shown).toMatchObject({ replaces: 'b', text: '[]', changed: true });
});

test('a decoder whose name was taken since is not put back over the other', async () => {
  const { layouts, kept } = await begin('a');
  const editor = new LayoutEditor(layouts);
  await editor.remove();
  expect([kept(), editor.shown]).toEqual([[], null]);
  editor.show(new LayoutDraft(layout('a'), null));
  expect(await editor.save()).toBeNull();
  expect(await editor.undo()).toMatchObject({ code: 'EEXIST' });
  expect(layouts.removed?.name).toBe('a');
});

test('what was given up is put back, and then what was written in its place', async () => {
  const { layouts } = await begin('a');
  const editor = new LayoutEditor(layouts);
  write(editor, 'one');
  editor.discard();
  expect(editor.shown).toMatchObject({ replaces: 'a', changed: false });
  write(editor, 'two');
  await editor.undo();
  expect(editor.shown?.text).toBe('one');
  await editor.undo();
  expect(editor.shown?.text).toBe('two');
});

/** What `sessionStorage` is, as far as it is used. */
function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    length: 0,
    clear: () => kept.clear(),
    getItem: (key) => kept.get(key) ?? null,
    key: () => null,
    removeItem: (key) => void kept.delete(key),
    setItem: (key, value) => void kept.set(key, value),
  };
}

test('what is written outlives a reload of the page, while the editor is open and after it', async () => {
  const page = storage();
  const { layouts } = await begin('a', 'b');
  const editor = new LayoutEditor(layouts);
  write(editor, '[ { "type": "u1');
  editor.show(new LayoutDraft(null, null));
  if (editor.shown !== null) editor.shown.name = 'new';
  keepLayoutDrafts(page, layouts.toKeep);
  const next = (await begin('a', 'b')).layouts;
  next.unsaved = await recallLayoutDrafts(page);
  const second = new LayoutEditor(next);
  expect(second.fresh.map(({ name }) => name)).toEqual(['new']);
  second.open(layout('a'));
  expect(second.shown?.text).toBe('[ { "type": "u1');
  second.discard();
  again(second, next);
  keepLayoutDrafts(page, next.toKeep);
  expect((await recallLayoutDrafts(page)).map(({ written }) => written.name)).toEqual(['new']);
});

test('drafts that another version kept are left out, and what they were begun from if it is unknown', async () => {
  const page = storage();
  const written = { name: 'a', about: '', label: '', endian: 'big', text: '[', message: '' };
  const strange = [7, { of: null }, { of: { version: 9 }, replaces: 'a', written }];
  page.setItem('wirebench.layout-drafts', JSON.stringify(strange));
  expect(await recallLayoutDrafts(page)).toEqual([{ of: null, replaces: 'a', written }]);
  page.setItem('wirebench.layout-drafts', '{');
  expect(await recallLayoutDrafts(page)).toEqual([]);
});
