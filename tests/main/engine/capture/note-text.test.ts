import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatNote, parseNote } from '../../../../src-main/engine/capture/format/note-text';
import { MAX_OPTION_BYTES } from '../../../../src-main/engine/capture/format/pcapng-blocks';
import { ROW_EVENTS } from '../../../../src-shared/contract/row-words';
import type { Note } from '../../../../src-shared/contract/row';

/** Any string, with lone surrogates and control characters among it. */
function anyText(maxLength: number) {
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: Math.min(maxLength, 60) }),
    fc.string({
      unit: fc.constantFrom('-', ' ', '\\', '(', ')', ':', '[', ']', 'e', 'u', '{', '\n', '\ud800'),
      maxLength: Math.min(maxLength, 60),
    }),
    fc.stringMatching(/^[ -~]{0,60}$/),
  );
}

const anyNote: fc.Arbitrary<Note> = fc.record(
  {
    event: fc.constantFrom(...ROW_EVENTS),
    error: fc.record(
      {
        code: anyText(64),
        errno: fc.integer(),
        syscall: anyText(64),
        message: anyText(2000),
      },
      { requiredKeys: ['code', 'message'] },
    ),
    text: anyText(4000),
  },
  { requiredKeys: ['event'] },
);

test('what formatNote writes, parseNote reads back', () => {
  fc.assert(
    fc.property(anyNote, anyText(40), (note, peer) => {
      expect(parseNote(formatNote(note, peer))).toEqual({ note, peer });
      // Of a relay's connection, also for whom it was dialled.
      const client = '[fe80::1]:40000';
      const dialled = peer === '' ? {} : { client };
      expect(parseNote(formatNote(note, peer, client))).toEqual({ note, peer, ...dialled });
    }),
    { numRuns: 1000 },
  );
});

test('a note is one line for people', () => {
  const error = {
    code: 'ECONNREFUSED',
    errno: -111,
    syscall: 'connect',
    message: 'connect ECONNREFUSED 127.0.0.1:9',
  };
  expect(formatNote({ event: 'failed', error, text: 'after 3 ms' })).toBe(
    'failed ECONNREFUSED(-111,connect): connect ECONNREFUSED 127.0.0.1:9 -- after 3 ms',
  );
  expect(formatNote({ event: 'fault', text: 'a\nb' }, '[::1]:9')).toBe(
    'fault [[::1]:9] -- a\\u{a}b',
  );
});

test.each(['', 'retransmission? see ticket 12', 'nonsense E(1): x', 'open sesame', 'closed-- x'])(
  'a comment of another program stays a comment: %j',
  (text) => {
    expect(parseNote(text)).toEqual({ note: { event: 'comment', text }, peer: '' });
  },
);

test('the longest note fits into an option', () => {
  const longest = '\ud800'.repeat(4000);
  const error = {
    code: '\ud800'.repeat(64),
    syscall: '\ud800'.repeat(64),
    message: longest.slice(0, 2000),
  };
  const line = formatNote({ event: 'refused-connection', error, text: longest });
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_OPTION_BYTES);
});
