import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Decoder } from '../../../src-shared/decode/decoders';
import { Decoders } from '../../../src-shared/decode/decoders';
import { decodersIn, withDecoders } from '../../../src-shared/filter/decoded-field';
import { parseFilter } from '../../../src-shared/filter/parse';
import { rowTest } from '../../../src-shared/filter/matcher';
import type { RowFacts } from '../../../src-shared/filter/matcher';

const NOON = new Date(2026, 0, 31, 12, 0, 0, 250).getTime();

function row(facts: Partial<Omit<RowFacts, 'payload'>> & { bytes?: string } = {}): RowFacts {
  const { bytes = '', ...given } = facts;
  const payload = Buffer.from(bytes, 'latin1');
  return {
    way: 'in',
    lengthBytes: payload.length,
    number: 1,
    at: NOON,
    deltaMs: null,
    peer: '192.168.1.50:40122',
    event: null,
    marked: false,
    noteText: '',
    payload: () => payload,
    ...given,
  };
}

function matches(filter: string, of: RowFacts): boolean {
  const parsed = parseFilter(filter);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return rowTest(parsed.filter)(of);
}

describe('which rows match', () => {
  const data = row({ bytes: '\x01\x03OK 12\r\n', number: 7, deltaMs: 1500 });
  test.each([
    ['dir:rx', true],
    ['dir:tx', false],
    ['dir:sys', false],
    ['dir!=tx', true],
    ['len>8', true],
    ['len=9', true],
    ['len<=8', false],
    ['len!=9', false],
    ['number>=7', true],
    ['delta>1s', true],
    ['delta>1500ms', false],
    ['time>11:59', true],
    ['time>12:00:00.250', false],
    ['time>=12:00:00.250', true],
    [`time<${new Date(NOON + 1).toISOString()}`, true],
    [`time>${new Date(NOON).toISOString()}`, false],
    ['peer:192.168.1.50', true],
    ['peer:192.168.1.*', true],
    ['peer:*:40122', true],
    ['peer:*:4012', false],
    ['peer:192.168.1.5', false],
    ['peer:192.168.?.50:40122', true],
    ['hex:01 03', true],
    ['hex:01 ?3 4F', true],
    ['hex:01 * 0d 0a', true],
    ['hex:03 01', false],
    ['text:OK', true],
    ['text:"OK 12\\r\\n"', true],
    ['OK', true],
    ['"OK 12"', true],
    ['0103', true],
    ['"0103"', false],
    ['ok', false],
    ['/ok \\d+/i', true],
    ['/^OK/', false],
    ['/\\x03OK/', true],
    ['dir:rx and len>100', false],
    ['dir:rx len>8', true],
    ['len>100 or OK', true],
    ['not OK', false],
    ['!OK', false],
    ['!(OK and len>100)', true],
    ['dir:tx or dir:rx and OK', true],
    ['(dir:tx or dir:rx) and NO', false],
    ['dir:rx && (OK || NO)', true],
    ['hex:01 03 and dir:rx', true],
    ['DIR:RX AND OK', true],
  ])('%s', (filter, expected) => {
    expect(matches(filter, data)).toBe(expected);
  });

  test('states have no payload and no length', () => {
    const state = row({ way: 'state', event: 'closed' });
    expect(matches('event:closed', state)).toBe(true);
    expect(matches('event:open', state)).toBe(false);
    expect(matches('len<5', state)).toBe(false);
    expect(matches('/^/', state)).toBe(false);
    expect(matches('len=0', row())).toBe(true);
  });

  test('IPv6 peers are found with and without brackets and port', () => {
    const peer = row({ peer: '[fe80::1%eth0]:5683' });
    for (const glob of ['fe80::*', '[fe80::1%eth0]:5683', '[fe80*]:5683', '*%eth0'])
      expect(matches(`peer:${glob}`, peer), glob).toBe(true);
    expect(matches('peer:fe80::2*', peer)).toBe(false);
  });
});

describe('decoded fields', () => {
  const head = 'HTTP/1.1 404 Not Found\r\nContent-Length: 12\r\nServer: a b\r\n\r\n';
  const decoders = Decoders.of([
    {
      ...{ version: 1, kind: 'layout', name: '泵' },
      fields: [{ type: 'u8', name: '模式', names: { 72: 'half open' } }],
    },
  ]);
  const answer = row({
    messages: (decoder: Decoder) => [
      decoder.decode({ bytes: Buffer.from(head), side: 'server', role: 'frame' }),
    ],
  });

  test.each([
    ['decode.http.status==404', true],
    ['decode.http.status == 0x194 and dir:rx', true],
    ['decode.http.status>=400', true],
    ['decode.http.status<404', false],
    ['decode.http.status!=404', false],
    ['decode.http.status!=200', true],
    ['decode.http.content_length>11', true],
    ['decode.http.server="A b"', true],
    ['decode.http.server', true],
    ['decode.http.location', false],
    ['decode.http.location!=x', false],
    ['decode.http.reason ~ /^not/i', true],
    ['decode.http.reason~/^not/', false],
    ['decode.http.status_line.status=404', true],
    ['decode.http.status.status_line=404', false],
    ['not decode.http.status<400', true],
    ['decode.泵.模式 == "half open"', true],
    ['decode.泵.模式=72', true],
    ['decode.泵.模式=half', false],
  ])('%s', async (filter, expected) => {
    const parsed = parseFilter(filter);
    if (!parsed.ok) throw new Error(parsed.error.message);
    expect(rowTest(withDecoders(parsed.filter, await decoders))(answer)).toBe(expected);
  });

  test('need their decoder', async () => {
    const parsed = parseFilter('len>1 and decode.quic.a=1');
    if (!parsed.ok) throw new Error(parsed.error.message);
    expect(decodersIn(parsed.filter)).toEqual(['quic']);
    const none = await decoders;
    expect(() => withDecoders(parsed.filter, none)).toThrow('There is no decoder “quic”');
  });
});

describe('what is wrong is told at its place', () => {
  test.each([
    ['', 'empty', 0],
    ['  ', 'empty', 0],
    ['dir:up', 'bad-way', 0],
    ['len>big', 'bad-number', 0],
    ['OK and len>', 'bad-number', 7],
    ['delta>1', 'bad-number', 0],
    ['time>25:00', 'bad-time', 0],
    ['time>soon', 'bad-time', 0],
    ['event:party', 'bad-event', 0],
    ['hex:0', 'bad-pattern', 0],
    ['hex:', 'bad-pattern', 0],
    ['/(/', 'bad-pattern', 0],
    ['/ab', 'open-quote', 0],
    ['OK "ab', 'open-quote', 3],
    ['lenght>3', 'unknown-field', 0],
    ['dir:rx decode.dns', 'bad-decoded', 7],
    ['(OK', 'missing-close', 0],
    ['OK)', 'extra-close', 2],
    ['and OK', 'missing-term', 0],
    ['OK and', 'missing-term', 6],
    ['OK or or NO', 'missing-term', 6],
    ['not', 'missing-term', 3],
    ['""', 'missing-term', 0],
    ['peer:', 'bad-pattern', 0],
    ['OK decode.http.status>many', 'bad-decoded', 3],
    ['decode.http.status=', 'bad-decoded', 0],
    ['decode.http.reason~OK', 'bad-decoded', 0],
    ['decode.http.reason~/(/', 'bad-decoded', 0],
    ['decode.http=1', 'bad-decoded', 0],
    [`${'('.repeat(100)}OK${')'.repeat(100)}`, 'too-long', 64],
    ['x'.repeat(4001), 'too-long', 4000],
  ])('%j', (text, code, at) => {
    const parsed = parseFilter(text);
    expect(parsed.ok ? null : { code: parsed.error.code, at: parsed.error.at }).toEqual({
      code,
      at,
    });
    expect(parsed.ok ? '' : parsed.error.message).toMatch(/Example: ./);
  });
});

describe('whatever is typed', () => {
  test('never throws, and points into the text', () => {
    const piece = fc.constantFrom(
      ...'() "/\\!&|:<>=*?',
      'and',
      'or',
      'not',
      'hex:',
      'len>',
      'a1',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        const parsed = parseFilter(text);
        if (parsed.ok) rowTest(parsed.filter);
        else expect(parsed.error.at).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  test('a quoted word finds exactly itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string(), (word, around) => {
        const quoted = `"${word.replace(/["\\]/g, '\\$&')}"`;
        const bytes = Buffer.from(around + word, 'utf8').toString('latin1');
        expect(matches(quoted, row({ bytes }))).toBe(true);
      }),
    );
  });

  test('a glob made to explode does not', () => {
    const glob = `peer:${'*1'.repeat(200)}x`;
    expect(matches(glob, row({ peer: `${'1'.repeat(250)}:80` }))).toBe(false);
  });
});
