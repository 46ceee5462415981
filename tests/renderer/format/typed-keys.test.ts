import { expect, test } from 'vitest';
import { keyBytes, typedBytes } from '../../../src-renderer/format/typed-keys';
import { UTF8 } from '../../../src-shared/encoding/unicode';

const plain = { charset: UTF8, lineEnding: 'none', telnet: false } as const;
const up = { ctrlKey: false, altKey: false, metaKey: false, shiftKey: false };
const of = (key: string, over: Partial<typeof up> = {}) => {
  const bytes = keyBytes({ key, ...up, ...over }, plain);
  return bytes && Buffer.from(bytes).toString('latin1');
};

test('keys are what a terminal sends', () => {
  expect(
    ['Enter', 'Tab', 'Escape', 'Backspace', 'Delete', 'ArrowLeft'].map((key) => of(key)),
  ).toEqual([...['\r', '\t', '\x1b', '\x7f', '\x1b[3~', '\x1b[D']]);
  const control = { ctrlKey: true };
  expect(['a', 'C', 'z', '[', '\\', ' ', '@', '1'].map((key) => of(key, control))).toEqual([
    ...['\x01', '\x03', '\x1a', '\x1b', '\x1c', '\0', '\0', null],
  ]);
});

test('what types text or is for the window is left alone', () => {
  expect([of('a'), of('F6'), of('Tab', { shiftKey: true }), of('c', { metaKey: true })]).toEqual([
    ...[null, null, null, null],
  ]);
  // AltGr is Ctrl and Alt on Windows; Ctrl+Shift+V pastes.
  expect(of('q', { ctrlKey: true, altKey: true })).toBeNull();
  expect(of('V', { ctrlKey: true, shiftKey: true })).toBeNull();
});

test.each([
  ['none', false, '\r'],
  ['none', true, '\r\0'],
  ['lf', true, '\n'],
  ['crlf', true, '\r\n'],
  ['nul', false, '\0'],
] as const)('Enter with %s, telnet %s, also within what is pasted', (lineEnding, telnet, enter) => {
  const keyboard = { charset: UTF8, lineEnding, telnet };
  const pressed = keyBytes({ key: 'Enter', ...up }, keyboard);
  expect(Buffer.from(pressed ?? []).toString()).toBe(enter);
  const pasted = typedBytes('a\r\nb\nc', keyboard);
  expect(Buffer.from(pasted ?? []).toString()).toBe(`a${enter}b${enter}c`);
});
