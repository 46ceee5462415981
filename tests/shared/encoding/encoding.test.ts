import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { Carry, leadOf } from '../../../src-shared/encoding/carry';
import type { Charset } from '../../../src-shared/encoding/charset';
import {
  byteOfUnit,
  characterAt,
  cutAt,
  decodeText,
  encodeText,
  lengthOf,
} from '../../../src-shared/encoding/charset';
import { loadCharset } from '../../../src-shared/encoding/load';
import { ENCODING_NAMES, encodingName, parseEncoding } from '../../../src-shared/encoding/names';
import type { EncodingName } from '../../../src-shared/encoding/names';
import { formatText, parseText, toTextIfFaithful } from '../../../src-shared/payload/text';

const NAMES = ENCODING_NAMES.map((name) => ({ name }));

/** By iconv-lite's names. Its decoder of UTF-8 is Node's, which counts wrong bytes in another way. */
const THEIRS: Partial<Record<EncodingName, string>> = { big5: 'big5hkscs', 'euc-kr': 'cp949' };

function whole(name: EncodingName, bytes: Uint8Array): string {
  return iconv.decode(Buffer.from(bytes), THEIRS[name] ?? name, { stripBOM: false });
}

/** Bytes in which characters, halves of them and ASCII are about as frequent. */
const mixed = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0x81, max: 0xfe }),
      fc.integer({ min: 0x30, max: 0x39 }),
      fc.integer({ min: 0, max: 255 }),
    ),
    { maxLength: 24 },
  )
  .map((bytes) => Uint8Array.from(bytes));

/** Pieces of it, cut anywhere. */
const pieces = fc
  .tuple(mixed, fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 24, maxLength: 24 }))
  .map(([bytes, sizes]) => {
    const cut: Uint8Array[] = [];
    let at = 0;
    for (const size of sizes) {
      if (at >= bytes.length) break;
      cut.push(bytes.subarray(at, at + size));
      at += size;
    }
    return { bytes, cut };
  });

/** What each piece shows: the characters that become whole in it, and bytes that are none. */
function inPieces(charset: Charset, cut: readonly Uint8Array[]): string {
  const carry = new Carry(charset);
  const text = cut.map((piece) => decodeText(charset, carry.whole(piece))).join('');
  return text + decodeText(charset, carry.pending);
}

describe.each(NAMES)('$name', ({ name }) => {
  test('cut anywhere, the text is that of the whole', async () => {
    const charset = await loadCharset(name);
    fc.assert(
      fc.property(pieces, ({ bytes, cut }) => {
        expect(inPieces(charset, cut)).toBe(decodeText(charset, bytes));
      }),
      { numRuns: 100 },
    );
  });

  test('every character that is written is read again, and everything else is listed', async () => {
    const charset = await loadCharset(name);
    const wrong: string[] = [];
    for (let point = 0; point < 0x2_0000; point++) {
      if (point >= 0xd800 && point < 0xe000) continue;
      const char = String.fromCodePoint(point);
      const { bytes, bad } = encodeText(charset, char);
      const back = bad.length > 0 ? bytes.length === 0 : decodeText(charset, bytes) === char;
      if (!back) wrong.push(point.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  test('from any bytes to text and back, no byte is another', async () => {
    const charset = await loadCharset(name);
    fc.assert(
      fc.property(mixed, (bytes) => {
        const text = toTextIfFaithful(bytes, { escapes: true, charset });
        const back =
          text.ok && parseText(text.text, { escapes: true, lineEnding: 'none', charset });
        expect(back && back.ok && [...back.bytes]).toEqual([...bytes]);
      }),
      { numRuns: 100 },
    );
  });

  test('what surely begins a character does', async () => {
    const charset = await loadCharset(name);
    fc.assert(
      fc.property(mixed, (bytes) => {
        for (let at = 0; at < bytes.length;) {
          const end = at + lengthOf(charset.read(bytes, at));
          for (let inner = at + 1; inner < Math.min(end, bytes.length); inner++)
            expect(charset.read(bytes, at) > 0 && charset.begins(bytes[inner] ?? 0)).toBe(false);
          at = end;
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('beside iconv-lite', () => {
  const compared = NAMES.filter(({ name }) => !name.startsWith('utf') && name !== 'gb18030');
  test.each(compared)('$name: any bytes give the same text', async ({ name }) => {
    const charset = await loadCharset(name);
    for (let lead = 0; lead < 256; lead++) {
      const all = new Uint8Array(256 * 3);
      for (let trail = 0; trail < 256; trail++) all.set([lead, trail, 0x0a], trail * 3);
      expect(decodeText(charset, all), `lead ${lead.toString(16)}`).toBe(whole(name, all));
    }
    fc.assert(
      fc.property(mixed, (bytes) => {
        expect(decodeText(charset, bytes)).toBe(whole(name, bytes));
      }),
      { numRuns: 100 },
    );
  });

  test('gb18030: what is not among its four-byte codes is none, and is there made up', async () => {
    const charset = await loadCharset('gb18030');
    const bad = Uint8Array.of(0x84, 0x31, 0xa5, 0x30, 0xd6, 0xd0);
    expect(whole('gb18030', bad)).not.toContain('\ufffd');
    expect(decodeText(charset, bad)).toBe('\ufffd\ufffd\ufffd\ufffd中');
    expect(formatText(bad, charset)).toBe('\\x84\\x31\\xa5\\x30中');
    // Twenty thousand of the others, evenly: those that it reads are what they are there.
    for (let pointer = 0; pointer < 1_587_600; pointer += 79) {
      const code = Uint8Array.of(
        0x81 + Math.floor(pointer / 12_600),
        0x30 + (Math.floor(pointer / 1260) % 10),
        0x81 + (Math.floor(pointer / 10) % 126),
        0x30 + (pointer % 10),
      );
      const ours = decodeText(charset, code);
      const known = pointer <= 39_419 || (pointer >= 189_000 && pointer <= 1_237_575);
      expect(ours === whole('gb18030', code), pointer.toString()).toBe(known);
    }
  });
});

describe('names', () => {
  test.each([
    ['GBK', 'gbk'],
    ['cp936', 'gbk'],
    ['GB2312', 'gbk'],
    ['gb-18030', 'gb18030'],
    ['Shift-JIS', 'shift_jis'],
    ['SJIS', 'shift_jis'],
    ['cp1251', 'windows-1251'],
    ['WINDOWS1252', 'windows-1252'],
    ['iso-8859-1', 'latin1'],
    ['UTF8', 'utf-8'],
    ['UTF-16', 'utf-16le'],
    ['IBM437', 'cp437'],
    ['KOI8-R', 'koi8-r'],
    ['us-ascii', 'ascii'],
    ['constructor', null],
    ['', null],
    ['klingon', null],
  ])('%s', (text, name) => {
    expect(encodingName(text)).toBe(name);
  });

  test('an unknown one is told with all there are', () => {
    const parsed = parseEncoding('klingon');
    expect(parsed.ok ? '' : parsed.message).toBe(
      `There is no encoding "klingon". There are ${ENCODING_NAMES.join(', ')}`,
    );
  });
});

describe('characters', () => {
  test('of Big5 that are two of Unicode go both ways', async () => {
    const charset = await loadCharset('big5');
    const bytes = Uint8Array.of(0x88, 0x62, 0x41);
    expect(decodeText(charset, bytes)).toBe('Ê̄A');
    expect([...encodeText(charset, 'Ê̄A').bytes]).toEqual([...bytes]);
    expect(byteOfUnit(charset, bytes, 0, 2)).toBe(2);
  });

  test('what cannot be said is listed with its places', async () => {
    const gbk = await loadCharset('gbk');
    expect(encodeText(gbk, 'a😀中é😀')).toEqual({
      bytes: Uint8Array.of(0x61, 0xd6, 0xd0, 0xa8, 0xa6),
      bad: [
        { at: 1, found: '😀' },
        { at: 5, found: '😀' },
      ],
    });
    const sjis = await loadCharset('shift_jis');
    // Its byte is that of a backslash: sent, it would come back as one.
    expect(encodeText(sjis, '¥').bad).toEqual([{ at: 0, found: '¥' }]);
  });

  test('a payload that cannot be said is an error with all its places, never another character', async () => {
    const charset = await loadCharset('gbk');
    const parsed = parseText('a😀b\\u{1F600}', { escapes: true, lineEnding: 'crlf', charset });
    expect(parsed).toEqual({
      ok: false,
      error: {
        code: 'not-encodable',
        at: 1,
        found: '😀',
        message:
          '2 characters cannot be encoded in GBK (😀 at 2, \\u{1F600} at 5). Delete them, or write the bytes as \\xHH',
        unencodable: {
          encoding: 'GBK',
          count: 2,
          places: [
            { at: 1, found: '😀' },
            { at: 4, found: '\\u{1F600}' },
          ],
        },
      },
    });
  });

  test('of UTF-16 have escapes and line endings of two bytes, bytes stay bytes', async () => {
    const charset = await loadCharset('utf-16le');
    const parsed = parseText('A\\t\\xff', { escapes: true, lineEnding: 'crlf', charset });
    expect(parsed.ok && Buffer.from(parsed.bytes).toString('hex')).toBe('41000900ff0d000a00');
    expect(formatText(Uint8Array.of(0x1b, 0, 0, 0, 0x41, 0), charset)).toBe('\\u{1b}\\u{0}A');
  });

  test('with a second code are text to read, and bytes to go on editing', async () => {
    const charset = await loadCharset('shift_jis');
    // NEC's code of the circled digit is written; IBM's code of ∵ has another one.
    const bytes = Uint8Array.of(0x87, 0x40, 0x87, 0x9a);
    expect(formatText(bytes, charset)).toBe('①∵');
    expect(formatText(bytes, charset, true)).toBe('①\\x87\\x9a');
    expect(toTextIfFaithful(bytes, { escapes: false, charset })).toMatchObject({
      error: { code: 'not-in-encoding', at: 2, encoding: 'Shift_JIS' },
    });
  });
});

describe('cut characters', () => {
  test.each([
    ['gbk', 'd6d0', 'ced2', null],
    ['gbk', 'd6d0ce', 'd2', 'ce'],
    ['gbk', 'd6d0ce', '20', null],
    ['gb18030', '413081', '30813041', '81'],
    ['gb18030', '813081', '30', '813081'],
    ['gb18030', '8130', '81', '8130'],
    ['gb18030', '8130', '4130', null],
    ['utf-8', 'e4b8', 'ad', 'e4b8'],
    ['utf-8', 'e4b8', '41', null],
    ['utf-8', 'f09f98', '80', 'f09f98'],
    ['utf-8', 'ed', 'a080', null],
    ['euc-jp', '8fb0', 'a1', '8fb0'],
    ['utf-16le', '3dd8', '00de', '3dd8'],
    ['utf-16le', '410042', '00', '42'],
    ['utf-16be', 'd83d', '0041', null],
    ['koi8-r', 'd6', 'd0', null],
  ] satisfies [EncodingName, string, string, string | null][])(
    '%s: %s goes on in %s with %s',
    async (name, before, next, lead) => {
      const charset = await loadCharset(name);
      const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
      const found = leadOf(charset, bytesOf(before), bytesOf(next));
      expect(found && Buffer.from(found).toString('hex')).toBe(lead);
    },
  );

  test('places in bytes', async () => {
    const charset = await loadCharset('gbk');
    const bytes = Uint8Array.of(0x41, 0xd6, 0xd0, 0xce, 0xd2, 0xb5);
    expect(cutAt(charset, bytes)).toBe(5);
    expect(characterAt(charset, bytes, 2)).toBe(3);
    expect(characterAt(charset, bytes, 1)).toBe(1);
    expect(byteOfUnit(charset, bytes, 0, 2)).toBe(3);
  });
});

describe('beside iconv', () => {
  const GLIBC: Partial<Record<EncodingName, string>> = {
    latin1: 'ISO-8859-1',
    big5: 'BIG5-HKSCS',
    shift_jis: 'CP932',
    'euc-kr': 'CP949',
    ...{ cp437: 'CP437', cp850: 'CP850', gbk: 'CP936' },
  };
  const TEXTS = {
    gbk: '中文测试 ABC，。€丂狛',
    gb18030: '中文 😀 ḿ ﾢ Ȁ𠀀€é',
    big5: '繁體中文，測試',
    shift_jis: 'テスト　漢字ｶﾅ①髙',
    'euc-jp': 'テスト 漢字 丂侄',
    'euc-kr': '한국어 똠방각하 漢字',
    'windows-1250': 'Příliš žluťoučký kůň €',
    'windows-1251': 'Привет, мир № €',
    'windows-1252': 'café “naïve” €',
    'windows-1253': 'Καλημέρα €',
    'windows-1254': 'İğşçöü €',
    'windows-1255': 'שלום €',
    'windows-1256': 'مرحبا €',
    'windows-1257': 'ąčęėįšųūž €',
    'windows-1258': 'Đ ơ ư ₫',
    'koi8-r': 'Привет ░▒▓',
    cp437: 'éàü ░▒▓█ αß≡',
    cp850: 'éàü ÄÖ ðÞ',
    'utf-16le': 'A中😀',
    'utf-16be': 'A中😀',
    'utf-8': 'A中😀',
    latin1: 'café ÿ',
    ascii: 'plain',
  } satisfies Record<EncodingName, string>;

  test.for(NAMES)(
    '$name: it writes the same bytes and reads the same text',
    async ({ name }, { skip }) => {
      skip(process.platform !== 'linux', 'compared with the tables of glibc');
      const text = TEXTS[name];
      const charset = await loadCharset(name);
      const theirs = GLIBC[name] ?? name;
      const written = spawnSync('iconv', ['-f', 'UTF-8', '-t', theirs], { input: text });
      expect(written.status, written.stderr.toString()).toBe(0);
      const { bytes, bad } = encodeText(charset, text);
      expect(bad).toEqual([]);
      expect(Buffer.from(bytes).toString('hex')).toBe(written.stdout.toString('hex'));
      const read = spawnSync('iconv', ['-f', theirs, '-t', 'UTF-8'], { input: bytes });
      expect(decodeText(charset, bytes)).toBe(read.stdout.toString());
    },
  );
});
