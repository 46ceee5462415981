import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clientDirection, usualDecoder } from '../../../src-renderer/format/decoder-choice';
import { Inspected } from '../../../src-renderer/state/inspected.svelte';
import Inspector from '../../../src-renderer/ui/inspector/Inspector.svelte';
import type { Row } from '../../../src-shared/contract/row';
import { dataRow, decodingHere, fakeEngine, settle, socketInfo } from '../state/fakes';

beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe(): void {}
      disconnect(): void {}
    },
  );
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function row(index: number, direction: 'in' | 'out', text: string, socket = 1): Row {
  const preview = new TextEncoder().encode(text);
  return dataRow(index, { direction, socket, preview, lengthBytes: preview.byteLength });
}

async function inspecting(rows: readonly Row[], shown: number) {
  const engine = fakeEngine({
    rows: ({ from, count }) => ({ length: rows.length, rows: rows.slice(from, from + count) }),
  });
  const inspected = new Inspected(engine, 'view-1');
  const origin = {
    client: () => 'out' as const,
    datagrams: () => false,
    messages: () => false,
    connection: () => null,
  };
  inspected.decodeWith(decodingHere(), origin);
  inspected.decodeAs('smtp');
  const chosen: string[] = [];
  render(Inspector, {
    inspected,
    client: 'out',
    oncopytext: () => undefined,
    ondecoder: (name: string) => void chosen.push(name),
  });
  inspected.show(rows[shown] ?? null);
  await answered();
  return { inspected, engine, chosen };
}

/** What is asked of the decoder is answered after some turns. */
async function answered(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    await settle();
    flushSync();
  }
}

const decoded = () => screen.getByRole('region', { name: 'Decoded' });
const labels = () =>
  [...decoded().querySelectorAll('summary')].map((summary) => summary.textContent.trim());

test('a row says what it means, with the rows of its connection before it', async () => {
  const rows = [
    row(0, 'out', 'DATA\r\n'),
    row(1, 'in', '354 go\r\n'),
    row(2, 'out', 'QUIT\r\n', 2),
    row(3, 'out', 'Subject: hi\r\n\r\nQUIT\r\n.\r\n'),
  ];
  const { engine } = await inspecting(rows, 3);
  expect(labels()).toEqual(['text “hi”, 21 bytes, ends with .']);
  expect(engine.named('rows').map(({ params }) => params)).toEqual([
    { view: 'view-1', from: 0, count: 3 },
  ]);
});

test('a field shows where its bytes are', async () => {
  const { inspected } = await inspecting([row(0, 'in', '250-mx\r\n250 HELP\r\n')], 0);
  expect(labels()).toEqual(['250 mx · HELP']);
  await fireEvent.click(within(decoded()).getByRole('button', { name: 'text HELP' }));
  expect(inspected.selection).toEqual({ from: 12, end: 16 });
});

test('what began in the row before is shown as far as it is here', async () => {
  const rows = [row(0, 'in', '250-mx\r\n25'), row(1, 'in', '0 HELP\r\n')];
  const { inspected } = await inspecting(rows, 1);
  expect(labels()).toEqual(['250 mx · HELP']);
  await fireEvent.click(within(decoded()).getByRole('button', { name: 'line 250 HELP' }));
  expect(inspected.selection).toEqual({ from: 0, end: 6 });
  await fireEvent.click(within(decoded()).getByRole('button', { name: 'line 250-mx' }));
  expect(inspected.selection).toBeNull();
});

test('without a decoder nothing is asked for and nothing shown', async () => {
  const { inspected, engine } = await inspecting([row(0, 'in', 'a'), row(1, 'in', 'b')], 1);
  expect(engine.named('rows').length).toBe(1);
  inspected.decodeAs('none');
  inspected.show(row(0, 'in', 'a'));
  await settle();
  flushSync();
  expect(labels()).toEqual([]);
  expect(engine.named('rows').length).toBe(1);
});

test.each([
  ['tcp:mx.example:25', 'smtp'],
  ['tls:mx.example:993', 'imap4'],
  ['tcp-listen:10080', 'http'],
  ['tcp:device:7', 'none'],
  ['tcp:device:9000', 'none'],
  ['no address', 'none'],
])('the decoder of %s is %s until another is chosen', (address, decoder) => {
  expect(usualDecoder(address)).toBe(decoder);
});

test('who dialled asks; in a capture who has the higher port', () => {
  const at = (port: number) => ({ host: '127.0.0.1', port });
  const parent = (kind: 'tcp-listener' | 'capture-file' | 'dialer') => socketInfo({ id: 1, kind });
  const child = socketInfo({ id: 2, parent: 1, kind: 'tcp-connection' });
  expect(clientDirection(child, undefined)).toBe('out');
  expect(clientDirection(child, parent('dialer'))).toBe('out');
  expect(clientDirection(child, parent('tcp-listener'))).toBe('in');
  const found = { ...child, local: at(50_000), remote: at(25) };
  expect(clientDirection(found, parent('capture-file'))).toBe('out');
  expect(
    clientDirection({ ...found, local: at(25), remote: at(50_000) }, parent('capture-file')),
  ).toBe('in');
});
