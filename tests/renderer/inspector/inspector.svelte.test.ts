import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CommandError } from '../../../src-renderer/state/command-error';
import { Inspected } from '../../../src-renderer/state/inspected.svelte';
import { TextEncoding } from '../../../src-renderer/state/text-encoding.svelte';
import type { DissectedNode } from '../../../src-shared/contract/dissection';
import Inspector from '../../../src-renderer/ui/inspector/Inspector.svelte';
import { caretMove } from '../../../src-renderer/ui/inspector/hex-keys';
import type { Row } from '../../../src-shared/contract/row';
import { dataRow, fakeEngine, settle } from '../state/fakes';

beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe(): void {}
      disconnect(): void {}
    },
  );
  const size = (px: number) => ({ configurable: true, get: () => px });
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', size(200));
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', size(800));
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  for (const name of ['clientHeight', 'clientWidth'])
    Reflect.deleteProperty(HTMLElement.prototype, name);
});

const wanted = (bytes: Uint8Array<ArrayBuffer>): Row =>
  dataRow(0, { preview: bytes.slice(0, 256), lengthBytes: bytes.byteLength });

async function inspecting(bytes: Uint8Array<ArrayBuffer>, row: Row = wanted(bytes)) {
  const engine = fakeEngine({ rowBytes: () => ({ chunks: [bytes], truncated: false }) });
  const inspected = new Inspected(engine, 'view-1');
  const copied: string[] = [];
  const encoding = new TextEncoding(() => undefined);
  render(Inspector, {
    ...{ inspected, encoding, oncopytext: (text: string) => void copied.push(text) },
  });
  inspected.show(row);
  await frames();
  return { inspected, copied, engine, encoding };
}

async function frames(): Promise<void> {
  for (let n = 0; n < 3; n++) {
    await settle();
    flushSync();
    await new Promise((done) => requestAnimationFrame(done));
  }
}

function lines(): string[] {
  return [...document.querySelectorAll<HTMLElement>('.line:not([hidden])')].map(
    (line) => line.textContent,
  );
}

test('all bytes are shown, with offset, hex and characters', async () => {
  await inspecting(new TextEncoder().encode('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
  expect(lines()).toEqual([
    '00000000  47 45 54 20 2F 20 48 54  54 50 2F 31 2E 31 0D 0A  GET / HTTP/1.1..',
    `${'00000010  48 6F 73 74 3A 20 61 0D  0A 0D 0A'.padEnd(60)}Host: a....`,
  ]);
  expect(screen.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
});

test('of many megabytes only the lines in sight are made, and the end is reached by key', async () => {
  const bytes = new Uint8Array(16 * 1024 * 1024).fill(0x41);
  bytes[bytes.length - 1] = 0x5a;
  await inspecting(bytes);
  expect(lines()).toHaveLength(10);
  const dump = screen.getByRole('grid');
  await fireEvent.keyDown(dump, { key: 'ArrowRight' });
  await fireEvent.keyDown(dump, { key: 'End', ctrlKey: true });
  await frames();
  expect(lines().at(-1)).toMatch(/^00FFFFF0 .* 5A {2}A{15}Z$/);
  expect(lines().length).toBeLessThanOrEqual(11);
});

test('what is selected by key is marked, read as numbers and copied', async () => {
  const { inspected, copied } = await inspecting(new Uint8Array([0, 1, 0x01, 0x03, 0xff]));
  const dump = screen.getByRole('grid');
  await fireEvent.keyDown(dump, { key: 'ArrowRight' });
  await fireEvent.keyDown(dump, { key: 'ArrowRight' });
  await fireEvent.keyDown(dump, { key: 'ArrowRight' });
  await fireEvent.keyDown(dump, { key: 'ArrowRight', shiftKey: true });
  await frames();
  expect(inspected.selection).toEqual({ from: 2, end: 4 });
  const marks = [...document.querySelectorAll<HTMLElement>('.mark:not([hidden])')];
  expect(marks.map(({ style }) => [style.left, style.width])).toEqual([
    ['16ch', '5ch'],
    ['62ch', '2ch'],
  ]);
  const row = screen.getByRole('row', { name: /^u16/ });
  expect(
    within(row)
      .getAllByRole('cell')
      .map((cell) => cell.textContent),
  ).toEqual(['769', '259']);
  expect(screen.getByRole('status')).toHaveTextContent('00000003: 03');
  await fireEvent.keyDown(screen.getByRole('button', { name: 'Copy…' }), { key: 'Enter' });
  const item = await screen.findByRole('menuitem', { name: 'Copy as compact hex' });
  await fireEvent.pointerUp(item);
  expect(copied).toEqual(['0103']);
});

test('a row without bytes tells its state, its error and that there are none', async () => {
  const row = dataRow(0, {
    direction: 'fault',
    lengthBytes: 0,
    preview: new Uint8Array(),
    note: {
      event: 'peer-reset',
      error: { code: 'ECONNRESET', errno: -104, syscall: 'read', message: 'read ECONNRESET' },
    },
  });
  await inspecting(new Uint8Array(), row);
  expect(screen.getByText('This row carries no bytes.')).toBeInTheDocument();
  expect(screen.getByText('ECONNRESET read (-104): read ECONNRESET')).toBeInTheDocument();
});

test('bytes that cannot be read are told', async () => {
  const engine = fakeEngine({ rowBytes: () => Promise.reject(new Error('the file is gone')) });
  const inspected = new Inspected(engine, 'view-1');
  render(Inspector, { inspected, oncopytext: () => undefined });
  inspected.show(dataRow(0, { lengthBytes: 5000 }));
  await frames();
  expect(screen.getByRole('alert')).toHaveTextContent('the file is gone');
});

test('nothing active, nothing shown', () => {
  render(Inspector, {
    inspected: new Inspected(fakeEngine({}), 'view-1'),
    oncopytext: () => undefined,
  });
  expect(screen.getByText('Select a row to see all of its bytes.')).toBeInTheDocument();
});

test.each([
  ['ArrowRight', false, 99, 99],
  ['ArrowLeft', false, 0, 0],
  ['ArrowDown', false, 90, 90],
  ['ArrowDown', false, 80, 96],
  ['ArrowUp', false, 20, 4],
  ['ArrowUp', false, 4, 4],
  ['Home', false, 20, 16],
  ['End', false, 98, 99],
  ['Home', true, 50, 0],
  ['PageDown', false, 0, 64],
  ['x', false, 5, null],
])('%s (Ctrl %s) from %s', (key, control, from, to) => {
  expect(caretMove(key, control, from, { perLine: 16, pageLines: 4, length: 100 })).toBe(to);
});

test('the selection can be read in every encoding, and a click chooses one', async () => {
  const { inspected, encoding, copied } = await inspecting(
    new Uint8Array([0x41, 0xce, 0xc2, 0xb6, 0xc8, 0x42]),
  );
  const chosen: string[] = [];
  encoding.used = (name) => void chosen.push(name);
  const text = () => screen.getByRole('region', { name: 'Text' });
  expect(text()).toHaveTextContent('A\\xCE¶\\xC8B');
  inspected.selection = { from: 1, end: 5 };
  await fireEvent.click(screen.getByRole('button', { name: 'Try encodings' }));
  const table = await screen.findByRole('table', { name: 'Try encodings' });
  const row = await within(table).findByRole('row', { name: /^GBK / });
  expect(row).toHaveTextContent('温度');
  const names = within(table)
    .getAllByRole('rowheader')
    .map((header) => header.textContent?.trim());
  expect(names.indexOf('GBK')).toBeLessThan(names.indexOf('UTF-8'));
  expect(within(table).getByRole('row', { name: /^UTF-8 / })).toHaveTextContent(
    '2 bytes are no characters',
  );
  await fireEvent.click(within(row).getByRole('button', { name: 'GBK' }));
  await frames();
  expect(chosen).toEqual(['gbk']);
  expect(encoding.charset.name).toBe('gbk');
  inspected.selection = null;
  await frames();
  expect(text()).toHaveTextContent('Text in GBK');
  expect(text()).toHaveTextContent('A温度B');
  await fireEvent.keyDown(screen.getByRole('button', { name: 'Copy…' }), { key: 'Enter' });
  await fireEvent.pointerUp(await screen.findByRole('menuitem', { name: 'Copy as text' }));
  expect(copied).toEqual(['A温度B']);
});

const node = (depth: number, text: string, more: Partial<DissectedNode> = {}): DissectedNode => ({
  ...{ depth, text, range: null, filter: null, severity: null },
  ...more,
});

test('Wireshark is asked when its part is opened, and its lines lead to bytes and to a filter', async () => {
  const evil = `<img src=x onerror=alert(1)>${String.fromCharCode(0x202e)}`;
  const nodes = [
    node(0, 'Frame 7'),
    node(0, 'Modbus/TCP'),
    node(1, 'Unit Identifier: 17', { range: { start: 2, end: 3 }, filter: 'mbtcp.unit_id == 17' }),
    node(1, evil, { severity: 'error' }),
  ];
  const dissector = { program: 'sharkd', path: '/usr/bin/sharkd', version: '4.0.17' } as const;
  const value = { nodes, leftOut: 5, frame: 7, packets: 3, whole: false, dissector };
  const engine = fakeEngine({ dissect: () => value });
  const inspected = new Inspected(engine, 'view-1');
  const filters: string[] = [];
  render(Inspector, {
    ...{ inspected, oncopytext: () => undefined },
    ondisplayfilter: (expression: string) => void filters.push(expression),
  });
  inspected.show(wanted(Uint8Array.of(1, 2, 3, 4)));
  await frames();
  expect(engine.named('dissect')).toEqual([]);
  const part = document.querySelector<HTMLDetailsElement>('details.dissection');
  if (part === null) throw new Error('no part of Wireshark');
  part.open = true;
  await fireEvent(part, new Event('toggle'));
  await frames();
  expect(engine.named('dissect')[0]?.params).toEqual({ view: 'view-1', index: 0 });
  const modbus = screen.getByText('Modbus/TCP').closest('details');
  expect(screen.queryByText('Unit Identifier: 17')).toBeNull();
  if (modbus) modbus.open = true;
  if (modbus) await fireEvent(modbus, new Event('toggle'));
  await fireEvent.click(screen.getByText('Unit Identifier: 17'));
  expect(inspected.selection).toEqual({ from: 2, end: 3 });
  await fireEvent.click(screen.getByRole('button', { name: 'Filter the log by it' }));
  expect(filters).toEqual(['mbtcp.unit_id == 17']);
  // Text of a stranger's is text, and turns nothing around.
  expect(screen.getByText('<img src=x onerror=alert(1)>\\u{202e}')).toBeTruthy();
  expect(part.querySelector('img')).toBeNull();
  expect(part.textContent).toMatch(/Its last packet of 3\..*before the row only.*5 lines more/s);
});

test('why Wireshark says nothing is told in its place', async () => {
  const engine = fakeEngine({
    dissect: () => Promise.reject(new CommandError('ERR_NO_DISSECTOR', 'Neither was found.')),
  });
  const inspected = new Inspected(engine, 'view-1');
  render(Inspector, { inspected, oncopytext: () => undefined });
  inspected.dissected.toggle(true);
  inspected.show(wanted(Uint8Array.of(1)));
  await frames();
  expect(screen.getByRole('alert').textContent).toContain('Install Wireshark');
});
