import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hexPreview, textPreview } from '../../../src-renderer/format/preview';
import { loadCharset } from '../../../src-shared/encoding/load';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

test('hex', () => {
  expect(hexPreview(bytes(0, 0x0a, 0xff))).toBe('00 0A FF');
  expect(hexPreview(bytes(1, 2, 3), 2)).toBe('01 02');
  expect(hexPreview(bytes())).toBe('');
});

test.each([
  ['plain', utf8('AT+GMR'), 'AT+GMR'],
  ['line ends and tab', utf8('OK\r\n\t.'), 'OK\\r\\n\\t.'],
  ['other controls', bytes(0x1b, 0x5b, 0x00, 0x7f), '\\x1B[\\x00\\x7F'],
  ['Chinese and beyond the BMP', utf8('温度😀'), '温度😀'],
  ['bytes that are no UTF-8', bytes(0xff, 0x41, 0xc0, 0x80), '\\xFFA\\xC0\\x80'],
  ['surrogates in UTF-8', bytes(0xed, 0xa0, 0x80), '\\xED\\xA0\\x80'],
  ['right-to-left override', utf8('a\u202Ecod.exe'), 'a\\u{202E}cod.exe'],
  ['zero width', utf8('a\u200Bb\uFEFF'), 'a\\u{200B}b\\u{FEFF}'],
  ['C1 and separators', utf8('\u0085\u2028'), '\\u{85}\\u{2028}'],
  ['markup stays text', utf8('<img src=x onerror=alert(1)>'), '<img src=x onerror=alert(1)>'],
])('%s', (_, input, text) => {
  expect(textPreview(input, 1000)).toEqual({ text, bytes: input.byteLength });
});

test('a character cut off at the end of a preview is left out, in a whole payload it is marked', () => {
  const cut = utf8('温度').subarray(0, 5);
  expect(textPreview(cut, 100, { complete: false })).toEqual({ text: '温', bytes: 3 });
  expect(textPreview(cut, 100, { complete: true })).toEqual({ text: '温‹E5 BA', bytes: 5 });
  expect(textPreview(cut, 100, { unseen: 'dot' })).toEqual({ text: '温‹', bytes: 5 });
});

test('the rest of a character that began before is shown whole, after a mark', () => {
  const rest = bytes(0xa6, 0x0d);
  const lead = bytes(0xe5, 0xba);
  expect(textPreview(rest, 100, { lead })).toEqual({ text: '›度\\r', bytes: 2 });
  // A piece in the middle of it.
  expect(textPreview(bytes(0x9f), 100, { lead: bytes(0xf0) })).toEqual({ text: '›‹9F', bytes: 1 });
  expect(textPreview(rest, 2, { lead })).toEqual({ text: '›', bytes: 0 });
});

test('an encoding is read as it is, and its wide characters take two places', async () => {
  const charset = await loadCharset('gbk');
  const text = bytes(0xd6, 0xd0, 0xce, 0xc4, 0xff, 0x41, 0xce);
  expect(textPreview(text, 100, { charset })).toEqual({ text: '中文\\xFFA‹CE', bytes: 7 });
  expect(textPreview(text, 3, { charset })).toEqual({ text: '中', bytes: 2 });
  const utf16 = await loadCharset('utf-16le');
  const control = bytes(0x1b, 0, 0x0a, 0, 0, 0xd8, 0x41, 0);
  expect(textPreview(control, 100, { charset: utf16 }).text).toBe('\\u{1B}\\n\\x00\\xD8A');
});

test('beside the hex one dot stands for what would be an escape, and a backslash for itself', () => {
  const input = Uint8Array.of(0x00, 0x1b, 0xff, 0x5c, 0x41, 0x0d, ...utf8('温\u202e'));
  const shown = textPreview(input, 100, { unseen: 'dot' });
  expect(shown).toEqual({ text: '···\\A·温·', bytes: input.byteLength });
});

test('whatever the bytes, nothing unseen is in the text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (input) => {
      expect(textPreview(input, 1000).text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('no more than fits, no escape cut in the middle, and it tells how many bytes that is', () => {
  expect(textPreview(bytes(0xff, 0xff, 0xff), 9)).toEqual({ text: '\\xFF\\xFF', bytes: 2 });
  expect(textPreview(utf8('😀😀'), 3)).toEqual({ text: '😀', bytes: 4 });
});
