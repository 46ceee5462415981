import { describe, expect, test } from 'vitest';
import { CommandError } from '../../../src-renderer/state/command-error';
import { DraftDesk } from '../../../src-renderer/state/drafts.svelte';
import { openAnswering } from '../../../src-renderer/state/open-answering';
import { RuleEditor, type EditedRules } from '../../../src-renderer/state/rule-editor.svelte';
import { Toasts } from '../../../src-renderer/state/toasts.svelte';
import { ruleFaultText } from '../../../src-renderer/ui/rules/rule-text';
import type { ReplyRule, RuleSet } from '../../../src-shared/contract/rules';
import { fakeEngine } from './fakes';

const ping: ReplyRule = { name: 'ping', when: 'text:ping', reply: 'text:pong' };
const read: ReplyRule = {
  name: 'read',
  on: false,
  when: 'hex:01 03',
  match: 'prefix',
  reply: 'hex:{{rx 0..2}}',
  delayMs: 1.5,
  jitterMs: 3,
  probability: 0.125,
  close: 'reset',
};

function editing(
  rules: RuleSet | undefined,
  fresh: EditedRules['fresh'] = null,
  host: string | null = null,
) {
  const desk = new DraftDesk({ rules, framing: 'line' });
  const engine = fakeEngine({
    setRules: () => ({}),
    tryRules: () => ({ rule: 0, reply: Uint8Array.of(6), problem: null }),
  });
  const editor = new RuleEditor(engine, { socket: 7, desk, host, fresh }, 'Rule');
  const names = () => editor.drafts.map(({ name }) => name);
  return { desk, engine, editor, names };
}

test('rules come out as they went in, and say only what is their own', () => {
  const set: RuleSet = { framing: 'fixed:4', rules: [ping, read] };
  expect(editing(set).editor.set).toEqual(set);
  // Of none yet: the framing of the log.
  const { editor } = editing(undefined);
  expect(editor.framing).toBe('line');
  editor.framing = 'none';
  editor.on = false;
  expect(editor.set).toEqual({ on: false, rules: [] });
});

test('add, duplicate, move, delete and what is typed are undone one after the other', () => {
  const { editor, names } = editing({ rules: [ping, read] });
  editor.duplicate();
  expect(names()).toEqual(['ping', 'ping 2', 'read']);
  editor.move(1);
  editor.remove();
  expect([names(), editor.current?.name]).toEqual([['ping', 'read'], 'read']);
  editor.add({ name: 'Ping', when: 'text:x' });
  expect(editor.current?.name).toBe('Ping 2');
  for (const when of ['t', 'te', 'text:y']) editor.edit({ when });
  expect(editor.current?.when).toBe('text:y');
  const seen = [];
  while (editor.canUndo) {
    editor.undo();
    seen.push(names().join());
  }
  expect(seen).toEqual([
    'ping,read,Ping 2',
    'ping,read',
    'ping,read,ping 2',
    'ping,ping 2,read',
    'ping,read',
  ]);
});

describe('what is wrong', () => {
  test('is told of its rule and field, and nothing is applied', async () => {
    const { editor, engine } = editing({ rules: [ping, read] });
    editor.edit({ when: 'hex:0', reply: 'OK', chance: '101', delay: '' });
    const [draft] = editor.drafts;
    expect(editor.draftFaults.get(draft?.key ?? 0)).toEqual(['delay', 'chance']);
    editor.edit({ chance: '100', delay: '0' });
    expect(editor.faults.map(({ key, field, at }) => [key, field, at])).toEqual([
      [draft?.key, 'when', 5],
      [draft?.key, 'reply', 0],
    ]);
    expect(await editor.apply()).toBe(false);
    expect(engine.calls).toEqual([]);
  });

  test('so is a reply that has no value here, and {{host}} has one where it dials', async () => {
    const { editor } = editing({ rules: [ping] });
    editor.edit({ reply: 'text:{{host}}' });
    expect(editor.faults).toMatchObject([{ field: 'reply', at: 5, error: { code: 'no-host' } }]);
    const dialled = editing({ rules: [ping] }, null, 'device:502');
    dialled.editor.edit({ reply: 'text:{{host}}' });
    dialled.editor.message = 'text:x';
    await dialled.editor.try();
    expect(dialled.editor.faults).toEqual([]);
    const [{ params } = { params: null }] = dialled.engine.named('tryRules');
    expect(params).toMatchObject({ host: 'device:502' });
    dialled.editor.edit({ reply: 'text:{{var me}}' });
    const [fault] = dialled.editor.faults;
    expect(fault && ruleFaultText(fault)).toMatch(/write the text itself instead of me/);
  });

  test('keeps what was in force when the engine refuses', async () => {
    const { editor, engine, desk } = editing({ rules: [ping] });
    engine.handlers.setRules = () => {
      throw new CommandError('ERR_NOT_POSSIBLE', 'no');
    };
    editor.remove();
    expect(await editor.apply()).toBe(false);
    expect([editor.errand.problem?.message, desk.rules?.rules]).toEqual(['no', [ping]]);
  });
});

test('what was not applied is there again when the editor is opened again', async () => {
  const { editor, engine, desk } = editing({ rules: [ping] });
  editor.leave();
  expect([editor.changed, desk.unapplied]).toEqual([false, undefined]);
  editor.edit({ reply: 'text:' });
  editor.add(read);
  editor.framing = 'gap';
  editor.leave();
  const again = new RuleEditor(engine, { socket: 7, desk, host: null, fresh: null }, 'Rule');
  expect(again.drafts.map(({ name, reply }) => [name, reply])).toEqual([
    ['ping', 'text:'],
    ['read', 'hex:{{rx 0..2}}'],
  ]);
  expect([again.changed, again.framing, desk.rules]).toEqual([true, 'gap', { rules: [ping] }]);
  again.discard();
  expect([again.changed, again.drafts.map(({ name }) => name)]).toEqual([false, ['ping']]);
  again.leave();
  expect(desk.unapplied).toBeUndefined();
  again.undo();
  again.framing = 'none';
  expect(await again.apply()).toBe(true);
  expect(again.changed).toBe(false);
});

test('what is switched off is kept, and not in force', async () => {
  const { editor, engine, desk } = editing({ rules: [ping] });
  expect(await editor.apply()).toBe(true);
  editor.on = false;
  expect(await editor.apply()).toBe(true);
  const given = engine.named('setRules').map(({ params }) => params);
  expect(given).toEqual([
    { socket: 7, rules: { rules: [ping] } },
    { socket: 7, rules: null },
  ]);
  expect(desk.kit.rules).toEqual({ on: false, rules: [ping] });
});

test('a rule made of two rows spells them so that they mean themselves', () => {
  const when = new TextEncoder().encode('GET {{a}}\r\n');
  const { editor } = editing({ rules: [ping] }, { when, reply: Uint8Array.of(0, 0xff) });
  // The first, or one of those before would answer in its place.
  expect(editor.set?.rules).toEqual([
    { name: 'Rule', when: String.raw`text:GET {{a}}\r\n`, match: 'exact', reply: 'hex:00 FF' },
    ping,
  ]);
  const other = editing(undefined, { when: Uint8Array.of(1), reply: when });
  expect(other.editor.set?.rules[0]?.reply).toBe(String.raw`text:GET {{{{a}}\r\n`);
});

test('a message is tried as text: or hex:, and a wrong one is told', async () => {
  const { editor, engine } = editing({ rules: [ping] });
  editor.message = 'hex:0';
  await editor.try();
  expect(editor.trial).toMatchObject({ kind: 'bad-message', error: { code: 'odd-digit' } });
  editor.message = 'ping';
  await editor.try();
  expect(editor.trial).toEqual({ kind: 'bad-message', error: 'unknown' });
  editor.message = String.raw`text:ping\n`;
  await editor.try();
  expect(editor.trial).toMatchObject({ kind: 'result', result: { rule: 0 } });
  const [{ params } = { params: null }] = engine.named('tryRules');
  expect(params).toMatchObject({ message: new TextEncoder().encode('ping\n') });
});

test('rules that the engine does not understand are told, and the socket opens without them', async () => {
  const toasts = new Toasts();
  const opened: unknown[] = [];
  const engine = fakeEngine({
    open: (params) => {
      opened.push(params);
      if (params.rules) throw new CommandError('ERR_BAD_RULES', 'rule 1');
      return { socket: 3 };
    },
  });
  const address = 'tcp-listen:0';
  expect(await openAnswering({ engine, toasts }, address, { rules: [ping] })).toEqual({
    socket: 3,
  });
  expect(await openAnswering({ engine, toasts }, address, { on: false, rules: [ping] })).toEqual({
    socket: 3,
  });
  expect(opened).toEqual([{ address, rules: { rules: [ping] } }, { address }, { address }]);
});
