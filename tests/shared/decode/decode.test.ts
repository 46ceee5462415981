import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../../../src-shared/decode/decode';
import type { DecodeInput, Field } from '../../../src-shared/decode/decoded';
import { MAX_DEPTH, MAX_FIELDS } from '../../../src-shared/decode/decoded';
import type { DecoderName } from '../../../src-shared/decode/names';
import { DECODER_NAMES, decoderName } from '../../../src-shared/decode/names';
import { FRAME_ROLES } from '../../../src-shared/framing/frame';

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

/** `name=value [from..to]` of every field, children below their parents. */
function outline(fields: readonly Field[], depth = 0): string[] {
  return fields.flatMap(({ name, value, from, to, children }) => [
    `${'  '.repeat(depth)}${name}=${value} [${from}..${to}]`,
    ...outline(children, depth + 1),
  ]);
}

function tree(name: DecoderName, input: Partial<DecodeInput>, text: string): string[] {
  const said = decode(name, { side: 'server', role: 'reply', bytes: bytesOf(text), ...input });
  return [said.label, ...outline(said.fields)];
}

describe('fields have the ranges of their bytes', () => {
  test('SMTP reply of several lines', () => {
    expect(tree('smtp', {}, '250-mx\r\n250 8BITMIME\r\n')).toEqual([
      '250 mx · 8BITMIME',
      'line=250-mx [0..6]',
      '  code=250 [0..3]',
      '  text=mx [4..6]',
      'line=250 8BITMIME [8..20]',
      '  code=250 [8..11]',
      '  text=8BITMIME [12..20]',
    ]);
  });

  test('a line that another framing cut out of a reply', () => {
    expect(tree('smtp', { role: 'frame' }, '250-PIPELINING\r\n')[0]).toBe('250-PIPELINING');
  });

  test('SMTP text', () => {
    const text = 'Subject: a\r\n b\r\n\r\nhi\r\n..x\r\n.\r\n';
    expect(tree('smtp', { side: 'client', role: 'data' }, text)).toEqual([
      'text “a”, 27 bytes, ends with .',
      'Subject=a [8..10]',
      'continued=b [12..14]',
      'line=hi [18..20]',
      'line, dot doubled=..x [22..25]',
      'end=. [27..30]',
    ]);
  });

  test('POP3 answer with its block', () => {
    expect(tree('pop3', { role: 'block' }, '+OK 2\r\nab\r\n.\r\n')).toEqual([
      '+OK 2 · 1 line, 4 bytes, ends with .',
      'status=+OK 2 [0..5]',
      '  indicator=+OK [0..3]',
      '  text=2 [4..5]',
      'line=ab [7..9]',
      'end=. [11..14]',
    ]);
  });

  test('FTP names the data connection', () => {
    expect(tree('ftp', {}, '227 Passive (10,0,0,1,4,1)\r\n').at(-1)).toBe(
      'data connection=10.0.0.1:1025 [0..26]',
    );
    expect(tree('ftp', { side: 'client', role: 'command' }, 'EPRT |2|::1|5000|\r\n')).toEqual([
      'EPRT |2|::1|5000|',
      'command=EPRT [0..4]',
      'argument=|2|::1|5000| [5..17]',
      'data connection=[::1]:5000 [0..17]',
    ]);
  });

  test('IMAP4 literal', () => {
    expect(tree('imap4', {}, '* 1 FETCH {3}\r\na\nb)\r\n')).toEqual([
      '* 1 FETCH {3} )',
      'untagged=* [0..1]',
      'command or status=1 [2..3]',
      'arguments=FETCH {3} [4..13]',
      'literal=3 bytes [15..18]',
      'continued=) [18..19]',
    ]);
  });

  test('HTTP head', () => {
    const head = 'GET /a?b HTTP/1.1\r\nHost:  x \r\nContent-Type: text/plain;q\r\n\r\n';
    expect(tree('http', { side: 'client', role: 'head' }, head)).toEqual([
      'GET /a?b · text/plain',
      'request line=GET /a?b HTTP/1.1 [0..17]',
      '  method=GET [0..3]',
      '  target=/a?b [4..8]',
      '  version=HTTP/1.1 [9..17]',
      'Host=x  [26..28]',
      'Content-Type=text/plain;q [44..56]',
    ]);
  });

  test('HTTP chunk', () => {
    expect(tree('http', { role: 'chunk' }, 'A;q\r\n0123456789\r\n')).toEqual([
      'chunk, 10 bytes · 0123456789',
      'chunk-size=A (10 bytes) [0..1]',
      'chunk-ext=;q [1..3]',
      'chunk-data=0123456789 [5..15]',
    ]);
  });

  test('Telnet window size', () => {
    const naws = '\xff\xfa\x1f\x00\x78\x00\x28\xff\xf0';
    expect(tree('telnet', { role: 'option' }, naws)).toEqual([
      'IAC SB NAWS 120×40',
      'subnegotiation=IAC SB NAWS 120×40 [0..9]',
      '  command=IAC SB [0..2]',
      '  option=NAWS [2..3]',
      '  parameters=120×40 [3..7]',
    ]);
  });

  test('Gopher menu', () => {
    expect(tree('gopher', { role: 'answer' }, '0Notes\t/n\thost\t70\r\n.\r\n')).toEqual([
      'menu, 1 entry',
      'entry=text: Notes [0..17]',
      '  type=text [0..1]',
      '  display=Notes [1..6]',
      '  selector=/n [7..9]',
      '  host=host [10..14]',
      '  port=70 [15..17]',
      'end=. [19..20]',
    ]);
  });
});

test('what cannot be seen is escaped, in labels and values', () => {
  const said = decode('smtp', {
    side: 'client',
    role: 'command',
    bytes: new Uint8Array(Buffer.from('EHLO \u202e\x1b[31m\r\n')),
  });
  expect(said.label).toBe('EHLO \\u{202e}\\x1b[31m');
  expect(said.fields.at(-1)?.value).toBe('\\u{202e}\\x1b[31m');
});

test('a frame of twelve thousand lines gives a bounded tree, quickly', () => {
  const lines = bytesOf('1About\t/a\tx\t70\r\n'.repeat(12_000));
  for (const name of DECODER_NAMES)
    for (const role of FRAME_ROLES) {
      const started = performance.now();
      const { fields } = decode(name, { side: 'server', role, bytes: lines });
      expect(outline(fields).length).toBeLessThanOrEqual(MAX_FIELDS + 20);
      expect(performance.now() - started).toBeLessThan(2000);
    }
});

test('any bytes give a bounded tree of ranges, children inside their parents', () => {
  const words = ['250-', '227 (1,2,3,4,5,6)', '+OK', '* ', 'a1 ', '{4}', '\r\n', '\n', '\t', '.']
    .concat([
      'HTTP/1.1 200',
      'GET / HTTP/1.1',
      'Subject: ',
      ': ',
      ';',
      '\xff',
      '\xfa',
      '\x1f',
      '\xf0',
    ])
    .concat(['1a\tb\tc\t70', '0', 'FFF', '\ud83d', ' ']);
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((all) => bytesOf(all.join(''))),
  );
  const input = fc.record({
    bytes,
    side: fc.constantFrom('client' as const, 'server' as const),
    role: fc.constantFrom(...FRAME_ROLES),
    part: fc.constantFrom('whole' as const, 'first' as const, 'middle' as const, 'last' as const),
    incomplete: fc.boolean(),
  });
  const inside = (fields: readonly Field[], from: number, to: number, depth: number) => {
    expect(depth).toBeLessThan(MAX_DEPTH);
    for (const field of fields) {
      expect(field.from).toBeGreaterThanOrEqual(from);
      expect(field.to).toBeLessThanOrEqual(to);
      expect(field.from).toBeLessThanOrEqual(field.to);
      expect(field.value.length).toBeLessThanOrEqual(200);
      inside(field.children, field.from, field.to, depth + 1);
    }
  };
  fc.assert(
    fc.property(fc.constantFrom(...DECODER_NAMES), input, (name, given) => {
      const { label, fields } = decode(name, given);
      expect(label.length).toBeLessThanOrEqual(160);
      // eslint-disable-next-line no-control-regex -- exactly what must never reach a terminal or a page
      expect(label).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
      inside(fields, 0, given.bytes.length, 0);
    }),
    { numRuns: 800 },
  );
});

test('names are those of the table, others none', () => {
  expect(DECODER_NAMES.map(decoderName)).toEqual(DECODER_NAMES);
  expect(decoderName('quic')).toBeNull();
});
