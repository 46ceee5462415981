import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeDraft, inMode } from '../../../src-renderer/format/draft';
import type { Draft } from '../../../src-shared/contract/profile';

const draft = (over: Partial<Draft>): Draft => ({
  mode: 'text',
  text: '',
  lineEnding: 'none',
  escapes: true,
  ...over,
});

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
