import { expect, test } from 'vitest';
import type { DecodeChunk } from '../../../src-shared/decode/look-back';
import { decodeLast } from '../../../src-shared/decode/look-back';
import { decode } from '../../../src-shared/decode/decode';
import type { DecodeInput } from '../../../src-shared/decode/decoded';
import type { DecoderName } from '../../../src-shared/decode/names';

const chunk = (direction: 'in' | 'out', text: string): DecodeChunk => ({
  direction,
  bytes: new Uint8Array(Buffer.from(text, 'latin1')),
});

const of = (name: DecoderName) => ({
  framing: { kind: 'proto' as const, name },
  decode: (input: DecodeInput) => decode(name, input),
});

function said(name: DecoderName, ...chunks: DecodeChunk[]): string[] {
  return decodeLast(of(name), 'out', chunks).map(
    ({ label, from, to, incomplete }) => `${from}..${to} ${label}${incomplete ? ' …' : ''}`,
  );
}

test('several messages in one chunk', () => {
  expect(said('smtp', chunk('out', 'MAIL FROM:<a>\r\nDATA\r\nSubj'))).toEqual([
    '0..15 MAIL FROM:<a>',
    '15..21 DATA',
    '21..25 text, 4 bytes …',
  ]);
});

test('what was asked tells how the answer goes on', () => {
  const answer = chunk('in', '+OK\r\na\r\n.\r\n');
  expect(said('pop3', chunk('out', 'RETR 1\r\n'), answer)).toEqual([
    '0..11 +OK · 1 line, 3 bytes, ends with .',
  ]);
  expect(said('pop3', answer)).toEqual(['0..5 +OK', '5..8 a', '8..11 .']);
});

test('a message that began in the chunk before has its whole meaning, and ranges in this one', () => {
  const chunks = [chunk('in', '250-mx\r\n25'), chunk('in', '0 HELP\r\n221 bye\r\n')];
  const messages = decodeLast(of('smtp'), 'out', chunks);
  expect(messages.map(({ label, from, to }) => [label, from, to])).toEqual([
    ['250 mx · HELP', -10, 8],
    ['221 bye', 8, 17],
  ]);
  expect(messages[0]?.fields[1]).toMatchObject({ value: '250 HELP', from: -2, to: 6 });
});

test('the same chunk twice is told apart', () => {
  const same = chunk('in', '220 a\r\n');
  expect(said('smtp', same, same)).toEqual(['0..7 220 a']);
});

test('no chunks, no messages', () => {
  expect(decodeLast(of('http'), 'out', [])).toEqual([]);
});
