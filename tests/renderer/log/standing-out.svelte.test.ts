import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { followLocale } from '../../../src-renderer/i18n/locale.svelte';
import { FramingHelp } from '../../../src-renderer/state/framing-help.svelte';
import { HighlightRules } from '../../../src-renderer/state/highlight.svelte';
import { LogStream } from '../../../src-renderer/state/log-stream.svelte';
import { LogView } from '../../../src-renderer/state/log-view.svelte';
import { OpenViews } from '../../../src-renderer/state/open-views';
import { Sockets } from '../../../src-renderer/state/sockets.svelte';
import Log from '../../../src-renderer/ui/log/Log.svelte';
import StreamPane from '../../../src-renderer/ui/stream/StreamPane.svelte';
import { HIGHLIGHT_COLOURS } from '../../../src-shared/contract/highlight-words';
import type { HighlightRule } from '../../../src-shared/contract/highlight';
import type { Row } from '../../../src-shared/contract/row';
import { CANARIES, CANARY_GLOBAL, FOREIGN } from '../../support/canaries';
import { dataRow, fakeEngine, rowsOf, settle, socketInfo, update } from '../state/fakes';

followLocale(() => 'en');

const latin1 = (text: string) => Uint8Array.from(Buffer.from(text));

beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    },
  );
  const size = (px: number) => ({ configurable: true, get: () => px });
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', size(800));
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', size(1400));
  Object.defineProperty(HTMLElement.prototype, 'offsetHeight', size(24));
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  for (const name of ['clientHeight', 'clientWidth', 'offsetHeight'])
    Reflect.deleteProperty(HTMLElement.prototype, name);
});

/** Until answers have come and what they changed is drawn. */
async function frames(): Promise<void> {
  for (let n = 0; n < 4; n++) {
    await settle();
    flushSync();
    await new Promise((done) => requestAnimationFrame(done));
  }
}

function rule(name: string, over: Partial<HighlightRule> = {}): HighlightRule {
  return { name, expression: 'dir:rx', colour: 'green', enabled: true, ...over };
}

interface Shown {
  count?: number;
  make?: (index: number) => Row;
  rules?: readonly HighlightRule[];
}

async function shownLog({ count = 5, make = dataRow, rules = [] }: Shown) {
  const engine = fakeEngine({
    openView: () => ({ length: count }),
    closeView: () => ({}),
    rows: rowsOf(() => count, make),
    highlight: () => ({}),
    suggestFraming: () => ({ suggestions: [] }),
    placeOf: ({ number }) => ({ at: number - 1, holds: number - 1 }),
    search: () => ({}),
    hits: () => ({ at: [] }),
  });
  const view = new LogView(engine, 1, 'view-1');
  const kept = new HighlightRules(rules);
  view.highlight.use(kept);
  await view.open();
  const framing = new FramingHelp(engine, 1, view.shape.framing);
  const nothing = () => undefined;
  const off = {
    oncopy: nothing,
    onexport: nothing,
    onclear: nothing,
    oninspect: nothing,
    ondeed: nothing,
  };
  const socket = socketInfo({ id: 1, kind: 'tcp-connection' });
  const { container } = render(Log, {
    ...{ view, framing, socket, rowHeight: 22, onstream: nothing },
    ...off,
  });
  await frames();
  return { engine, view, kept, framing, container };
}

function some<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('there is none');
  return value;
}

describe('highlight rules', () => {
  test('rows bear the colour and the name of the first rule they pass, and say how many more', async () => {
    const { engine, container } = await shownLog({
      rules: [rule('off', { enabled: false }), rule('alarm', { colour: 'red' }), rule('mine')],
      make: (index) => dataRow(index, { highlight: [[], [0], [0, 1], [1], []][index] ?? [] }),
    });
    const rows = [...container.querySelectorAll('.rows .row:not(.hidden)')];
    const told = rows.map((row) => [
      /hl-(\w+)/.exec(row.className)?.[1] ?? '',
      row.querySelector('.hl-badge')?.textContent ?? '',
    ]);
    expect(told).toEqual([
      ['', ''],
      ['red', 'alarm'],
      ['red', 'alarm +1'],
      ['green', 'mine'],
      ['', ''],
    ]);
    expect(engine.named('highlight').map(({ params }) => params)).toEqual([
      { view: 'view-1', expressions: ['dir:rx', 'dir:rx'] },
    ]);
  });

  test('are added, moved, switched off and deleted with undo, and the rows are asked for anew', async () => {
    const { engine, view, kept } = await shownLog({ rules: [rule('first'), rule('second')] });
    view.highlight.editing = true;
    const dialog = await screen.findByRole('dialog', { name: 'Highlight rules' });
    const names = () => kept.list.map(({ name, enabled }) => `${name}${enabled ? '' : ' off'}`);
    await fireEvent.click(
      some(
        within(dialog)
          .getAllByRole('button', { name: /^Move down/ })
          .at(0),
      ),
    );
    expect(names()).toEqual(['second', 'first']);
    await fireEvent.click(within(dialog).getByRole('checkbox', { name: 'Use the rule first' }));
    expect(names()).toEqual(['second', 'first off']);
    await fireEvent.click(
      some(
        within(dialog)
          .getAllByRole('button', { name: /^Delete/ })
          .at(0),
      ),
    );
    expect(names()).toEqual(['first off']);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Undo' }));
    expect(names()).toEqual(['second', 'first off']);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Add a rule' }));
    const name = some(within(dialog).getAllByRole('textbox', { name: 'Name' }).at(-1));
    const expression = some(
      within(dialog)
        .getAllByRole('textbox', { name: /^Expression/ })
        .at(-1),
    );
    await fireEvent.input(expression, { target: { value: 'len>' } });
    expect(await within(dialog).findByText('Give the rule a name')).toBeTruthy();
    await fireEvent.input(name, { target: { value: 'FIRST' } });
    expect(await within(dialog).findByText('Another rule has this name')).toBeTruthy();
    await fireEvent.input(name, { target: { value: 'long' } });
    expect(await within(dialog).findByText(/len>64/)).toBeTruthy();
    await fireEvent.input(expression, { target: { value: 'len>64 and rule:second' } });
    await waitFor(() => expect(names()).toEqual(['second', 'first off', 'long']));
    await frames();
    expect(engine.named('highlight').at(-1)?.params).toEqual({
      view: 'view-1',
      expressions: ['dir:rx', 'len>64 and (dir:rx)'],
    });
  });

  test('a rule that was given up is told with its name', async () => {
    const { view } = await shownLog({ rules: [rule('slow')] });
    const problem = { code: 'ERR_FILTER_TOO_SLOW', message: 'It takes too long.' };
    view.highlight.grew({ ended: [{ rule: 0, problem }] });
    expect((await screen.findByRole('alert')).textContent).toContain('slow');
  });

  test('on every tint the text of the log can be read, in both themes', () => {
    const css = (path: string) =>
      readFileSync(resolve(import.meta.dirname, '../../../src-renderer', path), 'utf8');
    const theme = css('theme.css');
    const palette = css('ui/log/highlight.css');
    const value = (text: string, dark: boolean, name: string): string => {
      const found = [...text.matchAll(new RegExp(`${name}: (#[0-9a-f]{6});`, 'g'))];
      return found[dark ? 1 : 0]?.[1] ?? `no ${name}`;
    };
    for (const dark of [false, true])
      for (const colour of HIGHLIGHT_COLOURS) {
        const tint = value(palette, dark, `--hl-${colour}`);
        const bar = value(palette, dark, `--hl-${colour}-bar`);
        for (const text of ['text', 'muted', 'rx', 'tx', 'sys', 'err'])
          expect(
            contrast(value(theme, dark, `--${text}`), tint),
            `${text} on ${colour}`,
          ).toBeGreaterThan(4.5);
        // The name on the badge, and the bar beside the row.
        expect(contrast(value(theme, dark, '--bg'), bar), `badge ${colour}`).toBeGreaterThan(4.5);
      }
  });
});

/** WCAG 2.2: the ratio of two colours, #rrggbb. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test('a framing is tried while it is typed, with its chunks visible, and applied when asked', async () => {
  const { engine, view, framing } = await shownLog({});
  const frame = { role: 'frame', part: 'whole', side: 'client', incomplete: false } as const;
  const tried = dataRow(0, { preview: latin1('halfline'), frame: { ...frame, cuts: [4] } });
  engine.handlers.tryFraming = () => ({
    ...{ first: [tried], last: [], frames: 1, skipped: 0, rows: 5, whole: true },
  });
  const evidence = { kind: 'crlf', held: 98, of: 98 } as const;
  engine.handlers.suggestFraming = () => ({ suggestions: [{ framing: 'delim:0d0a', evidence }] });
  await framing.suggest();
  expect((await screen.findByText(/98 of 98 chunks end in CRLF/)).textContent).toContain(
    'suggests',
  );
  view.shape.framing.show();
  const field = await screen.findByRole('textbox', { name: 'Frames' });
  await fireEvent.input(field, { target: { value: 'line' } });
  const list = await screen.findByRole('list', { name: /framing that is typed/ });
  expect(list.textContent?.replace(/\s+/g, ' ')).toContain('half│line');
  expect(view.shape.framing.applied).toBeNull();
  await fireEvent.click(screen.getByRole('button', { name: /^Apply/ }));
  expect(view.shape.framing.applied).toBe('line');
  await fireEvent.click(screen.getByRole('button', { name: /delim:0d0a 98 of 98/ }));
  expect(view.shape.framing.applied).toBe('delim:0d0a');
});

async function shownStream(lines: (index: number) => Row, count: number) {
  const sockets = new Sockets();
  sockets.apply(
    update({
      first: true,
      sockets: [socketInfo({ id: 1 }), socketInfo({ id: 2, kind: 'tcp-connection', parent: 1 })],
    }),
  );
  const { engine, view } = await shownLog({});
  cleanup();
  engine.handlers.rows = rowsOf(() => count, lines);
  engine.handlers.openView = () => ({ length: count });
  const stream = new LogStream(engine, view, new OpenViews());
  const calls: unknown[] = [];
  const { container } = render(StreamPane, {
    ...{ view, stream, sockets, rowHeight: 22, socket: sockets.get(1) },
    oncopytext: () => undefined,
    oncopy: (of: LogView, format: string) => void calls.push([of.id, format]),
    onexport: (socket: number) => void calls.push(socket),
  });
  await frames();
  return { engine, view, stream, container, calls };
}

test('a stream is lines with their direction in sign and word, and leads to the row of a line', async () => {
  const line = (index: number) =>
    dataRow(index, {
      direction: index % 2 === 0 ? 'in' : 'out',
      number: 10 + index,
      offset: index * 16,
      preview: latin1('ABCDEFGHIJKLMNO\n'),
    });
  const { engine, view, stream, container, calls } = await shownStream(line, 3);
  expect(engine.named('openView').at(-1)?.params).toMatchObject({
    socket: 2,
    shape: { lines: { as: 'hex16' } },
  });
  const rows = [...container.querySelectorAll('.rows .row:not(.hidden)')];
  expect(rows.map((row) => row.querySelector('.direction')?.textContent)).toEqual([
    ...['←RX', '→TX', '←RX'],
  ]);
  expect(rows[1]?.querySelector('.number')?.textContent).toBe('00000010');
  expect(rows[1]?.querySelector('.data')?.textContent).toContain(
    '41 42 43 44 45 46 47 48  49 4A 4B 4C 4D 4E 4F 0A  ABCDEFGHIJKLMNO.',
  );
  const grid = screen.getByRole('grid');
  grid.focus();
  await fireEvent.keyDown(grid, { key: 'End' });
  await fireEvent.keyDown(grid, { key: 'Enter' });
  await frames();
  expect(engine.named('placeOf').at(-1)?.params).toEqual({ view: 'view-1', number: 12 });
  expect(view.pane).toBe('log');
  stream.shape({ as: 'text', way: 'in' });
  await frames();
  expect(engine.named('openView').at(-1)?.params).toMatchObject({
    shape: { lines: { as: 'text', way: 'in' } },
  });
  await fireEvent.click(screen.getByRole('button', { name: /Export/ }));
  expect(calls).toEqual([2]);
});

test('nothing that is shown of a log or a stream becomes markup', async () => {
  const text = (index: number) => CANARIES[index % CANARIES.length] ?? '';
  const rules = CANARIES.slice(0, 24).map((canary) => rule(canary.slice(0, 40).trim()));
  const canary = (index: number) =>
    dataRow(index, {
      preview: latin1(text(index)),
      highlight: [index % rules.length],
      peer: text(index + 1),
      note: { event: 'comment', text: text(index + 2) },
      offset: index,
    });
  const { view, container } = await shownLog({ count: CANARIES.length, make: canary, rules });
  view.showAs = 'text';
  view.highlight.editing = true;
  await screen.findByRole('dialog');
  await frames();
  expect(container.querySelectorAll('.hl-badge:not(:empty)').length).toBeGreaterThan(20);
  expect(document.querySelectorAll(FOREIGN)).toHaveLength(0);
  cleanup();
  const { stream } = await shownStream(canary, CANARIES.length);
  stream.shape({ as: 'text' });
  await frames();
  expect(document.querySelectorAll('.rows .row:not(.hidden)').length).toBeGreaterThan(20);
  expect(document.querySelectorAll(FOREIGN)).toHaveLength(0);
  expect(document.body.textContent).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  expect(Reflect.has(globalThis, CANARY_GLOBAL)).toBe(false);
});
