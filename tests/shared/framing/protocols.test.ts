import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../../../src-shared/decode/decode';
import type { DecoderName } from '../../../src-shared/decode/names';
import { DECODER_NAMES } from '../../../src-shared/decode/names';
import type { Frame } from '../../../src-shared/framing/framer';
import { bytesOf, cutAt, essence, framer, latin1, places } from './frames';

/** A conversation: what the client (`>`) and the server (`<`) say, in the order it passed. */
type Talk = [side: '>' | '<', text: string][];

/** All frames of a talk in which we dialled. */
function framesOf(name: DecoderName, talk: Talk, chunked = (b: Uint8Array) => [b]): Frame[] {
  const of = framer(`proto:${name}`);
  const frames = talk.flatMap(([side, text]) =>
    chunked(bytesOf(text)).flatMap((chunk) => of.push(side === '>' ? 'out' : 'in', chunk, 0)),
  );
  return [...frames, ...of.end('out'), ...of.end('in')];
}

/** `> role: label` of each frame. */
function told(name: DecoderName, talk: Talk): string[] {
  return framesOf(name, talk).map((frame) => {
    const side = frame.direction === 'out' ? 'client' : 'server';
    const { label } = decode(name, { ...frame, side });
    const marks = frame.incomplete ? ' (incomplete)' : '';
    return `${side === 'client' ? '>' : '<'} ${frame.role}: ${label}${marks}`;
  });
}

const TALKS: [DecoderName, Talk, string[]][] = [
  [
    'smtp',
    [
      ['<', '220 mx ESMTP\r\n'],
      ['>', 'EHLO me\r\n'],
      ['<', '250-mx\r\n250-PIPELINING\r\n250 SIZE 1000\r\n'],
      ['>', 'AUTH LOGIN\r\n'],
      ['<', '334 VXNlcg==\r\n'],
      ['>', 'ZGF0YQ==\r\n'],
      ['<', '535 no\r\n'],
      ['>', 'MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n'],
      ['<', '250 ok\r\n550 no such user\r\n503 no recipients\r\n'],
      ['>', 'RCPT TO:<e@f>\r\nDATA\r\n'],
      ['<', '250 ok\r\n354 go\r\n'],
      ['>', 'Subject: hi\r\n\r\n..dot\r\n.\r\n'],
      ['<', '250 taken\r\n'],
      ['>', 'BDAT 5 LAST\r\nab\ncdQUIT\r\n'],
      ['<', '250 ok\r\n221 bye\r\n'],
    ],
    [
      '< reply: 220 mx ESMTP',
      '> command: EHLO me',
      '< reply: 250 mx · PIPELINING · SIZE 1000',
      '> command: AUTH LOGIN',
      '< reply: 334 VXNlcg==',
      '> auth: AUTH ZGF0YQ==',
      '< reply: 535 no',
      '> command: MAIL FROM:<a@b>',
      '> command: RCPT TO:<c@d>',
      '> command: DATA',
      '< reply: 250 ok',
      '< reply: 550 no such user',
      '< reply: 503 no recipients',
      '> command: RCPT TO:<e@f>',
      '> command: DATA',
      '< reply: 250 ok',
      '< reply: 354 go',
      '> data: text “hi”, 22 bytes, ends with .',
      '< reply: 250 taken',
      '> command: BDAT 5 LAST',
      '> data: text, 5 bytes',
      '> command: QUIT',
      '< reply: 250 ok',
      '< reply: 221 bye',
    ],
  ],
  [
    'ftp',
    [
      ['<', '220-Welcome\r\n 220 not the end\r\n220-nor this\r\n220 ready\r\n'],
      ['>', 'PASV\r\n'],
      ['<', '227 Entering Passive Mode (127,0,0,1,39,36).\r\n'],
      ['>', 'EPSV\r\n'],
      ['<', '229 Extended (|||6446|)\r\n'],
    ],
    [
      '< reply: 220 Welcome ·  220 not the end · nor this · ready',
      '> command: PASV',
      '< reply: 227 Entering Passive Mode (127,0,0,1,39,36).',
      '> command: EPSV',
      '< reply: 229 Extended (|||6446|)',
    ],
  ],
  [
    'nntp',
    [
      ['<', '200 ready\r\n'],
      ['>', 'GROUP a.b\r\nLISTGROUP\r\nARTICLE 1\r\n'],
      ['<', '211 1 1 1 a.b\r\n211 1 1 1 a.b\r\n1\r\n.\r\n430 none\r\n'],
      ['>', 'POST\r\n'],
      ['<', '340 send\r\n'],
      ['>', 'Subject: x\r\n\r\nbody\r\n.\r\nQUIT\r\n'],
      ['<', '240 got it\r\n205 bye\r\n'],
    ],
    [
      '< reply: 200 ready',
      '> command: GROUP a.b',
      '> command: LISTGROUP',
      '> command: ARTICLE 1',
      '< reply: 211 1 1 1 a.b',
      '< block: 211 1 1 1 a.b · 1 line, 3 bytes, ends with .',
      '< reply: 430 none',
      '> command: POST',
      '< reply: 340 send',
      '> data: text “x”, 20 bytes, ends with .',
      '> command: QUIT',
      '< reply: 240 got it',
      '< reply: 205 bye',
    ],
  ],
  [
    'pop3',
    [
      ['<', '+OK <1@mx>\r\n'],
      ['>', 'USER a\r\nLIST\r\nLIST 1\r\nRETR 1\r\nRETR 9\r\n'],
      [
        '<',
        '+OK\r\n+OK 1 message\r\n1 120\r\n.\r\n+OK 1 120\r\n+OK 9 octets\r\na\r\n..b\r\n.\r\n-ERR no\r\n',
      ],
      ['>', 'AUTH PLAIN\r\n'],
      ['<', '+ \r\n'],
      ['>', 'AGEAYg==\r\n'],
      ['<', '+OK in\r\n'],
    ],
    [
      '< reply: +OK <1@mx>',
      '> command: USER a',
      '> command: LIST',
      '> command: LIST 1',
      '> command: RETR 1',
      '> command: RETR 9',
      '< reply: +OK',
      '< block: +OK 1 message · 1 line, 7 bytes, ends with .',
      '< reply: +OK 1 120',
      '< block: +OK 9 octets · 2 lines, 8 bytes, ends with .',
      '< reply: -ERR no',
      '> command: AUTH PLAIN',
      '< reply: + ',
      '> auth: AUTH AGEAYg==',
      '< reply: +OK in',
    ],
  ],
  [
    'imap4',
    [
      ['<', '* OK ready\r\n'],
      ['>', 'a1 LOGIN {1}\r\n'],
      ['<', '+ go on\r\n'],
      ['>', 'u {1+}\r\np\r\n'],
      ['<', '* 1 FETCH (BODY[] {6}\r\na\r\nb\r\n UID 7)\r\na1 OK done\r\n'],
      ['>', 'a2 APPEND x {9}\r\n'],
      ['<', 'a2 NO over quota\r\n'],
      ['>', 'a3 AUTHENTICATE PLAIN\r\n'],
      ['<', '+\r\n'],
      ['>', 'AGEAYg==\r\n'],
      ['<', 'a3 OK in\r\n'],
      ['>', 'a4 IDLE\r\n'],
      ['<', '+ idling\r\n'],
      ['>', 'DONE\r\n'],
    ],
    [
      '< reply: * OK ready',
      '< reply: + go on',
      '> command: a1 LOGIN {1}  {1+} ',
      '< reply: * 1 FETCH (BODY[] {6}  UID 7)',
      '< reply: a1 OK done',
      '> command: a2 APPEND x {9}',
      '< reply: a2 NO over quota',
      '> command: a3 AUTHENTICATE PLAIN',
      '< reply: +',
      '> auth: AUTH AGEAYg==',
      '< reply: a3 OK in',
      '> command: a4 IDLE',
      '< reply: + idling',
      '> command: DONE',
    ],
  ],
  [
    'http',
    [
      ['>', 'GET /index.html HTTP/1.1\r\nHost: x\r\n\r\nHEAD / HTTP/1.1\r\n\r\n'],
      ['>', 'POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na\nbGET /3 HTTP/1.1\r\n\r\n'],
      ['<', 'HTTP/1.1 100 Continue\r\n\r\n'],
      ['<', 'HTTP/1.1 200 OK\r\nContent-Type: text/html; x=y\r\nContent-Length: 5\r\n\r\nhello'],
      ['<', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'],
      ['<', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
      ['<', '5;x=1\r\nab\r\nc\r\n0\r\nExpires: now\r\n\r\n'],
      ['<', 'HTTP/1.1 200 OK\r\n\r\nup to the end'],
    ],
    [
      '> head: GET /index.html',
      '> head: HEAD /',
      '> head: POST / · 3 bytes',
      '> body: body, 3 bytes',
      '> head: GET /3',
      '< head: 100 Continue',
      '< head: 200 OK · text/html · 5 bytes',
      '< body: body, 5 bytes',
      '< head: 200 OK · 5 bytes',
      '< head: 200 OK · chunked',
      '< chunk: chunk, 5 bytes · ab\\r\\nc',
      '< last-chunk: last chunk · Expires: now',
      '< head: 200 OK',
      '< body: body, 13 bytes',
    ],
  ],
  [
    'telnet',
    [
      ['<', '\xff\xfb\x01\xff\xfd\x18login: '],
      ['>', '\xff\xfa\x18\0xterm\xff\xff\xff\xf0\xff\xfa\x1f\0\x50\0\x18\xff\xf0me\r\0\xff\xf6'],
      ['>', 'a\xff\xffb\r\nnext'],
    ],
    [
      '< option: IAC WILL ECHO',
      '< option: IAC DO TERMINAL-TYPE',
      '< text: login: ',
      '> option: IAC SB TERMINAL-TYPE IS xterm\\xff\\xff',
      '> option: IAC SB NAWS 80×24',
      '> text: me\\r\\0',
      '> option: IAC AYT',
      '> text: a\\xff\\xffb\\r\\n',
      '> text: next',
    ],
  ],
  [
    'websocket',
    [
      ['>', 'GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n'],
      ['<', 'HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x02hi'],
      ['>', '\x81\x82abcd\x09\x0b\x89\x80abcd'],
      ['<', '\x8a\0\x88\x02\x03\xe8'],
    ],
    [
      '> head: GET /chat',
      '< head: 101 Switching Protocols',
      '< message: text · hi',
      '> message: text · hi',
      '> message: ping, 0 bytes',
      '< message: pong, 0 bytes',
      '< message: close 1000 normal closure',
    ],
  ],
  [
    'json',
    [
      ['>', '{"id": 1, "s": "}{"}\n{"id": 2}[1, [2]]'],
      ['<', ' "a\\"b" 12 true\nx y\n'],
    ],
    [
      '> message: {"id": 1, "s": "}{"}',
      '> message: {"id": 2}',
      '> message: [1, [2]]',
      '< message: "a"b"',
      '< message: 12',
      '< message: true',
      '< message: not JSON @1: x',
      '< message: not JSON @1: y',
      '< outside: \\n',
    ],
  ],
  [
    'gopher',
    [
      ['>', '/find\tsocket\r\n'],
      ['<', 'iHello\t\tx\t70\r\n1About\t/about\tx\t70\r\n.\r\n'],
    ],
    ['> command: /find “socket”', '< answer: menu, 1 entry, 1 of information'],
  ],
];

test.each(TALKS)('%s: frames and labels of a conversation', (name, talk, expected) => {
  expect(told(name, talk)).toEqual(expected);
});

describe('however a conversation is cut into chunks', () => {
  // Telnet text and bodies up to the end are rows as they were read: they are left out.
  const sets = TALKS.filter(([name]) => name !== 'telnet').map(
    ([name, talk]): [DecoderName, Talk] => [name, name === 'http' ? talk.slice(0, -1) : talk],
  );
  test.each(sets)('%s gives the same frames', (name, talk) => {
    const whole = framesOf(name, talk).map(essence);
    fc.assert(
      fc.property(places, (cuts) => {
        expect(framesOf(name, talk, (bytes) => cutAt(bytes, cuts)).map(essence)).toEqual(whole);
      }),
    );
  });

  test('Telnet gives the same commands and the same text', () => {
    const talk = TALKS.find(([name]) => name === 'telnet')?.[1] ?? [];
    const sum = (frames: Frame[]) => ({
      options: frames.filter(({ role }) => role === 'option').map(essence),
      text: latin1(Buffer.concat(frames.filter((f) => f.role === 'text').map((f) => f.bytes))),
    });
    const whole = sum(framesOf('telnet', talk));
    fc.assert(
      fc.property(places, (cuts) => {
        expect(sum(framesOf('telnet', talk, (bytes) => cutAt(bytes, cuts)))).toEqual(whole);
      }),
    );
  });
});

test('the accepted side reads the same conversation the other way round', () => {
  const of = framer('proto:pop3', 'in');
  const frames = [
    ...of.push('out', bytesOf('+OK\r\n'), 0),
    ...of.push('in', bytesOf('CAPA\r\n'), 0),
    ...of.push('out', bytesOf('+OK\r\nUSER\r\n.\r\n'), 0),
  ];
  expect(frames.map(({ direction, role }) => `${direction} ${role}`)).toEqual([
    'out reply',
    'in command',
    'out block',
  ]);
});

test('TLS after an upgrade is told as such', () => {
  const talk: Talk = [
    ['>', 'STARTTLS\r\n'],
    ['<', '220 go\r\n'],
    ['>', '\x16\x03\x01\0\x05hello'],
    ['<', '\x16\x03\x03\0\x05\nello'],
  ];
  expect(told('smtp', talk).slice(2)).toEqual([
    '> opaque: TLS record, 10 bytes',
    '< opaque: TLS record, 10 bytes',
  ]);
});

test('what HTTP changes into is not read as HTTP', () => {
  const talk: Talk = [
    ['>', 'GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n'],
    ['<', 'HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x02hi'],
    ['>', '\x81\x82abcd\x0a\x0b'],
    ['<', 'GET / HTTP/1.1\r\n\r\n'],
  ];
  expect(told('http', talk)).toEqual([
    '> head: GET /chat',
    '< head: 101 Switching Protocols',
    '< opaque: 4 bytes',
    '> opaque: 8 bytes',
    '< opaque: 18 bytes',
  ]);
});

test('any bytes in both directions lose nothing and stay in bounds', () => {
  const words = ['DATA', '354 ', '+OK ', 'a1 ', '{3}', 'RETR 1', '.', '\r\n', '\n', '250-', '250 ']
    .concat([
      'HTTP/1.1 200 \r\n',
      'GET / HTTP/1.1\r\n',
      'Content-Length: 4',
      '\xff',
      '\xfa',
      '\xf0',
    ])
    .concat(['\x81\x85', '\x01\x03\0\0\0\x02\xc4\x0b', '{"a":[', ']}', '\x9f', '\x82', '\x30\x03'])
    .concat(['\0\x01\0\0\0\x06\x01\x03\0\0\0\x01', '\0\x0c', '\x10\x0e\0\x04MQTT\x05'])
    .concat([
      'HTTP/1.1 101 \r\n\r\n',
      'Transfer-Encoding: chunked\r\n\r\n',
      '2\r\nab\r\n',
      '0\r\n',
      '\x16\x03',
      'NO ',
    ]);
  const text = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 5 })), {
    maxLength: 30,
  });
  const talk = fc.array(fc.tuple(fc.constantFrom('>' as const, '<' as const), text), {
    maxLength: 10,
  });
  fc.assert(
    fc.property(fc.constantFrom(...DECODER_NAMES), talk, (name, said) => {
      const of = framer(`proto:${name}`, 'out', 20);
      const frames: Frame[] = [];
      const all = { in: '', out: '' };
      for (const [side, parts] of said) {
        const direction = side === '>' ? 'out' : 'in';
        const bytes = bytesOf(parts.join(''));
        all[direction] += latin1(bytes);
        frames.push(...of.push(direction, bytes, 0));
      }
      frames.push(...of.end('in'), ...of.end('out'));
      for (const direction of ['in', 'out'] as const) {
        const mine = frames.filter((frame) => frame.direction === direction);
        expect(mine.map(({ bytes }) => latin1(bytes)).join('')).toBe(all[direction]);
      }
      for (const frame of frames) {
        const { length } = frame.bytes;
        expect(length).toBeLessThanOrEqual(20);
        const side = frame.direction === 'out' ? 'client' : 'server';
        expect(decode(name, { ...frame, side }).label.length).toBeLessThanOrEqual(160);
      }
    }),
    { numRuns: 250 },
  );
});
