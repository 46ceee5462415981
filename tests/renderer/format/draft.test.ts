import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileDraft, inMode as inModeWith } from '../../../src-renderer/format/draft';
import { loadCharset } from '../../../src-shared/encoding/load';
import type { Charset } from '../../../src-shared/encoding/charset';
import { UTF8 } from '../../../src-shared/encoding/unicode';
import type { PayloadContext } from '../../../src-shared/payload/payload-template';
import type { Draft } from '../../../src-shared/contract/profile';

const draft = (over: Partial<Draft>): Draft => ({
  mode: 'text',
  text: '',
  lineEnding: 'none',
  escapes: true,
  ...over,
});

const context: PayloadContext = {
  now: 0,
  random: (length) => new Uint8Array(length).fill(7),
  ...{ counters: new Map(), files: new Map(), hostname: 'bench', host: 'device', request: null },
  variables: new Map([['name', 'µ']]),
};

function encodeDraft(from: Draft, charset: Charset | null = UTF8) {
  const compiled = compileDraft(from, charset);
  return compiled.ok ? compiled.template.expand(context) : compiled;
}

const inMode = (from: Draft, mode: Draft['mode'], charset: Charset | null = UTF8) =>
  inModeWith(from, mode, charset, context);

test.each([
  ['hex', { mode: 'hex', text: '01 03 0x00,FF' }, [1, 3, 0, 255]],
  ['hex has no line ending', { mode: 'hex', text: '41', lineEnding: 'crlf' }, [0x41]],
  ['text with ending', { text: 'AT', lineEnding: 'crlf' }, [0x41, 0x54, 0x0d, 0x0a]],
  ['escapes on', { text: '\\x00\\r' }, [0, 0x0d]],
  ['escapes off', { text: '\\r', escapes: false }, [0x5c, 0x72]],
  ['nothing', {}, []],
] as const)('%s', (_, over, bytes) => {
  expect(encodeDraft(draft(over))).toEqual({ ok: true, bytes: new Uint8Array(bytes) });
});

test('an odd digit is an error at its place, never padded', () => {
  expect(encodeDraft(draft({ mode: 'hex', text: '01 0' }))).toMatchObject({
    ok: false,
    error: { code: 'odd-digit', at: 3 },
  });
});

describe('switching', () => {
  test.each([
    ['the ending becomes digits', { text: 'AT', lineEnding: 'crlf' }, { text: '41 54 0D 0A' }],
    [
      'digits become the ending again',
      { mode: 'hex', text: '41 54 0D 0A', lineEnding: 'crlf' },
      { text: 'AT', lineEnding: 'crlf' },
    ],
    [
      'an ending that is not there is switched off',
      { mode: 'hex', text: '41', lineEnding: 'crlf' },
      { text: 'A', lineEnding: 'none' },
    ],
    ['controls become escapes', { mode: 'hex', text: '1B FF' }, { text: '\\x1b\\xff' }],
  ] as const)('%s', (_, from, to) => {
    const start = draft(from);
    const result = inMode(start, start.mode === 'hex' ? 'text' : 'hex');
    expect(result).toMatchObject({ ok: true, draft: to });
  });

  test.each([
    ['a{{counter:02}}\\r', '61 {{counter:02}} 0D'],
    // Of a payload without an ending the last line is none, whatever the last bytes are.
    ['{{{u8 5}}}', '7B {{u8 5}} 7D'],
    ['{{{{x}}', '7B 7B 78 7D 7D'],
    ['{{{{{{uuid}}{', '7B 7B {{uuid}} 7B'],
  ])('placeholders stay, and so do braces: %s', (text, hex) => {
    const start = draft({ text });
    const there = inMode(start, 'hex');
    expect(there).toMatchObject({ ok: true, draft: { mode: 'hex', text: hex } });
    expect(there.ok && inMode(there.draft, 'text')).toMatchObject({ ok: true, draft: start });
  });

  test('placeholders that would be other bytes there are left where they are', async () => {
    const charset = await loadCharset('windows-1252');
    const start = draft({ text: '{{var name}}', encoding: 'windows-1252' });
    expect(encodeDraft(start, charset)).toEqual({ ok: true, bytes: Uint8Array.of(0xb5) });
    expect(inMode(start, 'hex', charset)).toMatchObject({ error: { code: 'other-bytes' } });
  });

  test.each([
    ['no UTF-8 without escapes', { mode: 'hex', text: '41 FF', escapes: false }, 'not-utf8', 1],
    ['controls without escapes', { mode: 'hex', text: '41 1B', escapes: false }, 'not-typable', 1],
    ['what is wrong stays', { mode: 'hex', text: '4' }, 'odd-digit', 0],
  ] as const)('%s is refused and says why', (_, from, code, at) => {
    expect(inMode(draft(from), 'text')).toMatchObject({ ok: false, error: { code, at } });
  });

  test('never changes a byte, there and back', () => {
    const endings = fc.constantFrom('none', 'cr', 'lf', 'crlf', 'nul');
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        endings,
        fc.boolean(),
        (bytes, lineEnding, escapes) => {
          const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
          const text = inMode(draft({ mode: 'hex', text: hex, lineEnding, escapes }), 'text');
          fc.pre(text.ok);
          if (!text.ok) return;
          expect(encodeDraft(text.draft)).toEqual({ ok: true, bytes });
          const back = inMode(text.draft, 'hex');
          expect(back.ok && encodeDraft(back.draft)).toEqual({ ok: true, bytes });
        },
      ),
    );
  });
});

describe('in an encoding', () => {
  test('what it has no bytes for is told with every place', async () => {
    const gbk = await loadCharset('gbk');
    const text = { mode: 'text', text: '好😀a😀', encoding: 'gbk' } as const;
    expect(encodeDraft(draft(text), gbk)).toMatchObject({
      error: {
        code: 'not-encodable',
        unencodable: {
          ...{ encoding: 'GBK', count: 2 },
          places: [
            { at: 1, found: '😀' },
            { at: 4, found: '😀' },
          ],
        },
      },
    });
  });

  test('one that nobody knows is told, and so is one on its way; hex needs none', () => {
    const text = { mode: 'text', text: 'a' } as const;
    expect(encodeDraft(draft({ ...text, encoding: 'klingon' }), null)).toMatchObject({
      error: { code: 'unknown-encoding', found: 'klingon' },
    });
    const coming = draft({ mode: 'text', text: 'a', encoding: 'gbk' });
    expect(encodeDraft(coming, null)).toMatchObject({ error: { code: 'encoding-loading' } });
    const hex = draft({ mode: 'hex', text: '41', encoding: 'gbk' });
    expect(encodeDraft(hex, null)).toEqual({ ok: true, bytes: Uint8Array.of(0x41) });
    expect(inMode(hex, 'text', null)).toMatchObject({ error: { code: 'encoding-loading' } });
  });

  test.each(['gbk', 'gb18030', 'shift_jis', 'big5', 'utf-16le', 'koi8-r'] as const)(
    '%s never changes a byte, there and back',
    async (encoding) => {
      const charset = await loadCharset(encoding);
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 24 }), fc.boolean(), (bytes, escapes) => {
          const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
          const from = draft({ mode: 'hex', text: hex, lineEnding: 'crlf', escapes, encoding });
          const text = inMode(from, 'text', charset);
          fc.pre(text.ok);
          if (!text.ok) return;
          expect(encodeDraft(text.draft, charset)).toEqual({ ok: true, bytes });
        }),
        { numRuns: 60 },
      );
    },
  );
});
