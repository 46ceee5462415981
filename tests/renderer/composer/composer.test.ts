import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, test } from 'vitest';
import { Composer } from '../../../src-renderer/state/composer.svelte';
import { DraftDesk } from '../../../src-renderer/state/drafts.svelte';
import { CommandError } from '../../../src-renderer/state/command-error';
import { PayloadSupply } from '../../../src-renderer/state/payload-supply.svelte';
import { Sockets } from '../../../src-renderer/state/sockets.svelte';
import ComposerPanel from '../../../src-renderer/ui/composer/ComposerPanel.svelte';
import { engineCommands } from '../../../src-shared/contract/engine';
import { loadCharset } from '../../../src-shared/encoding/load';
import { fakeEngine, fakeMain, settle, socketInfo, update } from '../state/fakes';

afterEach(cleanup);

function shown(over: Partial<Parameters<typeof socketInfo>[0]> = {}, supply = new PayloadSupply()) {
  const sockets = new Sockets();
  const info = socketInfo({ id: 1, kind: 'tcp-connection', address: 'tcp:10.0.0.1:502', ...over });
  sockets.apply(update({ first: true, sockets: [info] }));
  const engine = fakeEngine({ send: () => ({ targets: 1 }) });
  const composer = new Composer(engine, sockets, 1, new DraftDesk({}, supply));
  render(ComposerPanel, { composer });
  const editor = screen.getByLabelText<HTMLTextAreaElement>('Text to send');
  const type = (value: string) => fireEvent.input(editor, { target: { value } });
  return { engine, composer, editor, type, sockets, info };
}

function sentBytes(engine: ReturnType<typeof fakeEngine>): number[][] {
  return engine
    .named('send')
    .map(({ params }) => [...engineCommands.send.params.parse(params).bytes]);
}

describe('the preview', () => {
  test('is exactly what is sent, with its length', async () => {
    const { engine, editor, type } = shown();
    await type('AT\\r\\n温');
    expect(screen.getByText('41 54 0D 0A E6 B8 A9')).toBeInTheDocument();
    expect(screen.getByText('7 B')).toBeInTheDocument();
    await fireEvent.keyDown(editor, { key: 'Enter', ctrlKey: true });
    expect(sentBytes(engine)).toEqual([[0x41, 0x54, 0x0d, 0x0a, 0xe6, 0xb8, 0xa9]]);
  });

  test('an error stands in place with its position, and leads there', async () => {
    const { editor, type } = shown();
    await fireEvent.click(screen.getByRole('button', { name: 'Hex' }));
    await type('01 03 0');
    expect(editor).toHaveAttribute('aria-invalid', 'true');
    const error = screen.getByRole('button', { name: /half a byte.*at character 7/ });
    await fireEvent.click(error);
    expect([editor.selectionStart, document.activeElement]).toEqual([6, editor]);
  });

  test('what an encoding has no bytes for cannot be sent, and is named with its places', async () => {
    const { engine, editor, composer, type } = shown();
    composer.edit({ encoding: 'gbk' });
    await loadCharset('gbk');
    await type('温度');
    expect(screen.getByText('CE C2 B6 C8')).toBeInTheDocument();
    await type('温😀度😀');
    const error = screen.getByRole('button', { name: /2 characters can't be encoded in GBK/ });
    expect(error).toHaveTextContent('(😀 at 2, 😀 at 5)');
    await fireEvent.keyDown(editor, { key: 'Enter', ctrlKey: true });
    expect(sentBytes(engine)).toEqual([]);
    await fireEvent.click(error);
    expect([editor.selectionStart, editor.selectionEnd]).toEqual([1, 3]);
    await type('温度');
    await fireEvent.keyDown(editor, { key: 'Enter', ctrlKey: true });
    expect(sentBytes(engine)).toEqual([[0xce, 0xc2, 0xb6, 0xc8]]);
  });

  test('what cannot be written the other way is not switched, and says why', async () => {
    const { composer, type } = shown();
    composer.edit({ escapes: false });
    await fireEvent.click(screen.getByRole('button', { name: 'Hex' }));
    await type('FF');
    await fireEvent.click(screen.getByRole('button', { name: 'Text' }));
    expect(composer.desk.current.mode).toBe('hex');
    expect(
      screen.getByText(/Not switched, so that no byte changes.*not valid UTF-8/),
    ).toBeVisible();
  });
});

describe('sending', () => {
  test('the button sends; what the engine refuses is told', async () => {
    const { engine, type } = shown();
    await type('x');
    engine.handlers.send = () => Promise.reject(new Error('The connection is gone.'));
    await fireEvent.submit(screen.getByRole('form', { name: 'Composer' }));
    await settle();
    expect(engine.calls).toHaveLength(1);
    expect(screen.getByText('The connection is gone.')).toBeInTheDocument();
  });

  test.each([
    ['closed', { phase: 'closed' as const }, 'it is closed'],
    ['ended', { ended: true }, 'our side has ended it (FIN sent)'],
    ['a listener alone', { kind: 'tcp-listener' as const }, 'nobody is connected'],
  ])('%s: Send is off and says why', async (_, over, reason) => {
    const { engine, editor, type } = shown(over);
    await type('x');
    expect(screen.getByRole('button', { name: 'Send' })).toHaveAttribute('aria-disabled', 'true');
    expect(screen.getByText(reason)).toBeInTheDocument();
    await fireEvent.keyDown(editor, { key: 'Enter', ctrlKey: true });
    await fireEvent.submit(screen.getByRole('form', { name: 'Composer' }));
    expect(engine.calls).toEqual([]);
  });

  test.each([
    ['while composing', { isComposing: true }],
    ['as Chromium marks it before composing', { keyCode: 229 }],
  ])('an Enter of an input method never sends: %s', async (_, marked) => {
    const { engine, editor, type } = shown();
    await type('x');
    await fireEvent.keyDown(editor, { key: 'Enter', ctrlKey: true, ...marked });
    expect(engine.calls).toEqual([]);
  });

  test('a plain Enter is a new line and does not send', async () => {
    const { engine, editor, type } = shown();
    await type('x');
    const notPrevented = await fireEvent.keyDown(editor, { key: 'Enter' });
    expect([notPrevented, engine.calls.length]).toEqual([true, 0]);
  });
});

test('the history goes with Alt and arrows, and by arrow up in an empty editor', async () => {
  const { editor, type } = shown();
  for (const text of ['first', 'second']) {
    await type(text);
    await fireEvent.keyDown(editor, { key: 'Enter', ctrlKey: true });
    await settle();
  }
  await type('');
  await fireEvent.keyDown(editor, { key: 'ArrowUp' });
  expect(editor.value).toBe('second');
  await fireEvent.keyDown(editor, { key: 'ArrowUp', altKey: true });
  expect(editor.value).toBe('first');
  await fireEvent.keyDown(editor, { key: 'ArrowDown', altKey: true });
  await fireEvent.keyDown(editor, { key: 'ArrowDown', altKey: true });
  expect(editor.value).toBe('');
  await fireEvent.click(screen.getByRole('button', { name: 'History' }));
  const entry = await screen.findByRole('button', { name: /second/ });
  await fireEvent.click(entry);
  expect(editor.value).toBe('second');
});

test('undo goes back to what the history took the place of, by key and by menu', async () => {
  const { composer, editor, type } = shown();
  composer.desk.sent({ ...composer.desk.current, text: 'sent' });
  await type('written');
  composer.desk.older();
  await fireEvent.keyDown(editor, { key: 'z', ctrlKey: true });
  expect(editor.value).toBe('written');
  await fireEvent.keyDown(editor, { key: 'Z', ctrlKey: true, shiftKey: true });
  expect(editor.value).toBe('sent');
  const asked = { inputType: 'historyUndo', bubbles: true, cancelable: true };
  const menu = new InputEvent('beforeinput', asked);
  await fireEvent(editor, menu);
  expect([menu.defaultPrevented, editor.value]).toEqual([true, 'written']);
});

test('the Shift of Shift+Tab does not choose Shift_JIS', async () => {
  const { composer } = shown();
  const encoding = screen.getByLabelText('Encoding of the text: UTF-8');
  for (const key of ['Shift', 'Tab', 's']) await fireEvent.keyDown(encoding, { key });
  expect(composer.desk.current).not.toHaveProperty('encoding');
});

test('an address for a datagram is asked for, and checked', async () => {
  const { engine, composer, editor, type } = shown({
    kind: 'udp-socket',
    address: 'udp-listen:5683',
  });
  const host = screen.getByLabelText('Host');
  const port = screen.getByLabelText('Port');
  await type('x');
  await fireEvent.input(host, { target: { value: '10.0.0.7' } });
  await fireEvent.input(port, { target: { value: '99999' } });
  expect(port).toHaveAttribute('aria-invalid', 'true');
  expect(composer.canSend).toBe(false);
  await fireEvent.input(port, { target: { value: '5683' } });
  await fireEvent.keyDown(editor, { key: 'Enter', ctrlKey: true });
  expect(engine.named('send')[0]?.params).toMatchObject({
    target: { to: 'address', host: '10.0.0.7', port: 5683 },
  });
});

describe('a dialogue', () => {
  test('Enter sends the line and begins a new one; Shift+Enter does not', async () => {
    const { engine, editor, type } = shown();
    await fireEvent.click(screen.getByRole('button', { name: 'Enter sends' }));
    await type('help');
    await fireEvent.keyDown(editor, { key: 'Enter', shiftKey: true });
    await fireEvent.keyDown(editor, { key: 'Enter' });
    await settle();
    expect(sentBytes(engine)).toEqual([[...Buffer.from('help')]]);
    expect(editor).toHaveValue('');
  });

  test('keys are sent one by one, in their order, and none is kept', async () => {
    const { engine, composer } = shown();
    composer.desk.framing = 'proto:telnet';
    composer.edit({ text: 'unsent', encoding: 'windows-1252' });
    await loadCharset('windows-1252');
    await fireEvent.click(screen.getByRole('button', { name: 'Keys' }));
    const field = screen.getByLabelText<HTMLTextAreaElement>('Keys to send as they are pressed');
    await fireEvent.input(field, { target: { value: 'l' } });
    await fireEvent.keyDown(field, { key: 'Enter' });
    await fireEvent.keyDown(field, { key: 'c', ctrlKey: true });
    await fireEvent.keyDown(field, { key: 'ArrowUp' });
    await fireEvent.input(field, { target: { value: 'ÿ' } });
    await settle();
    expect(sentBytes(engine)).toEqual([[0x6c], [13, 0], [3], [27, 91, 65], [255, 255]]);
    expect(field).toHaveValue('');
    await fireEvent.input(field, { target: { value: '温' } });
    expect(screen.getByText('Not sent: the encoding has no bytes for “温”.')).toBeVisible();
    await fireEvent.click(screen.getByRole('button', { name: 'Text' }));
    expect(screen.getByLabelText('Text to send')).toHaveValue('unsent');
  });
});

describe('placeholders', () => {
  test('a counter is seen, goes on with each payload, and is set and reset', async () => {
    const { engine, editor, type } = shown();
    await type('a{{counter:03}}');
    const send = () => fireEvent.keyDown(editor, { key: 'Enter', ctrlKey: true }).then(settle);
    expect(screen.getByText('61 30 30 31')).toBeInTheDocument();
    await send();
    expect(screen.getByText('61 30 30 32')).toBeInTheDocument();
    const counter = screen.getByLabelText<HTMLInputElement>('Counter');
    expect(counter).toHaveValue('2');
    await fireEvent.change(counter, { target: { value: '41' } });
    await send();
    await fireEvent.change(counter, { target: { value: 'x' } });
    expect(counter).toHaveValue('42');
    await fireEvent.click(screen.getByRole('button', { name: 'Begin again with 1' }));
    await send();
    expect(sentBytes(engine).map((bytes) => String.fromCharCode(...bytes))).toEqual([
      ...['a001', 'a041', 'a001'],
    ]);
  });

  test('a variable is wanted, and is sent', async () => {
    const { engine, editor, type } = shown();
    await type('USER {{var name}}');
    expect(screen.getByRole('button', { name: /“name” has no value.*character 6/ })).toBeVisible();
    await fireEvent.input(screen.getByLabelText('Variable name'), { target: { value: 'tester' } });
    await fireEvent.keyDown(editor, { key: 'Enter', ctrlKey: true });
    expect(sentBytes(engine)).toEqual([[...Buffer.from('USER tester')]]);
  });

  test('what is shown of random bytes is what is sent, and the next are others', async () => {
    const { engine, composer } = shown();
    composer.edit({ text: '{{random 16}}' });
    const first = composer.encoded.ok ? [...composer.encoded.bytes] : [];
    await composer.send();
    expect(sentBytes(engine)).toEqual([first]);
    expect(composer.encoded.ok && [...composer.encoded.bytes]).not.toEqual(first);
  });

  test('the time is that of sending', async () => {
    const { engine, composer } = shown();
    composer.edit({ text: '{{unixms}}' });
    expect(composer.encoded.ok).toBe(true);
    composer.desk.values.now = 0;
    const before = Date.now();
    await composer.send();
    const sent = Number(String.fromCharCode(...(sentBytes(engine)[0] ?? [])));
    expect(sent).toBeGreaterThanOrEqual(before);
    expect(screen.getByText('the time is that of sending')).toBeVisible();
  });

  test('one of the list is put at the cursor', async () => {
    const { editor, composer, type } = shown();
    await type('ab');
    editor.setSelectionRange(1, 1);
    await fireEvent.click(screen.getByRole('button', { name: 'Placeholders' }));
    await fireEvent.click(await screen.findByText('{{uuid}}'));
    await settle();
    expect(composer.desk.current.text).toBe('a{{uuid}}b');
    expect(editor.selectionStart).toBe(9);
  });

  test('a file goes in once it was chosen, as it is when it is sent', async () => {
    let bytes = Uint8Array.of(1);
    let chosen = '';
    const main = fakeMain({
      choosePayloadFile: () => ({ path: (chosen = '/b.bin') }),
      payloadFile: ({ path }: { path: string }) => {
        if (path !== chosen) throw new CommandError('ERR_NOT_CHOSEN', 'not chosen');
        return { bytes };
      },
    });
    const { engine, composer } = shown({}, new PayloadSupply(main));
    composer.desk.edit({ mode: 'hex', text: '00 {{file /a.bin}}' });
    await screen.findByText(/“\/a.bin” is not read.*character 4/);
    await fireEvent.click(screen.getByRole('button', { name: 'Choose file…' }));
    await screen.findByText('00 01');
    expect(composer.desk.current.text).toBe('00 {{file /b.bin}}');
    bytes = Uint8Array.of(2, 3);
    await composer.send();
    expect(sentBytes(engine)).toEqual([[0, 2, 3]]);
  });
});
