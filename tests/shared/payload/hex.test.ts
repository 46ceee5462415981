import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import {
  formatCArray,
  formatHex,
  formatHexdump,
  formatPlainHex,
} from '../../../src-shared/payload/format';
import { parseHex } from '../../../src-shared/payload/hex';
import type { PayloadError } from '../../../src-shared/payload/problem';

function bytesOf(text: string): number[] {
  const parsed = parseHex(text);
  if (!parsed.ok) throw new Error(`${parsed.error.message} at ${parsed.error.at}`);
  return [...parsed.bytes];
}

function errorOf(text: string): PayloadError {
  const parsed = parseHex(text);
  if (parsed.ok) throw new Error(`${text} is ${formatHex(parsed.bytes)}`);
  return parsed.error;
}

const folder = mkdtempSync(join(tmpdir(), 'wirebench-hex-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HELLO = [...Buffer.from('Hello world. ABCD|de ad\n')];

describe('every dress', () => {
  test.each([
    ['', []],
    ['AA BB', [0xaa, 0xbb]],
    ['aabb', [0xaa, 0xbb]],
    ['0xAA,0xBB', [0xaa, 0xbb]],
    ['0XAA, 0xbbcc;', [0xaa, 0xbb, 0xcc]],
    ['AA0xBB0xCC', [0xaa, 0xbb, 0xcc]],
    ['AA:BB:CC', [0xaa, 0xbb, 0xcc]],
    ['AA-BB', [0xaa, 0xbb]],
    ['\\xAA\\xbb', [0xaa, 0xbb]],
    ['"\\x48" "\\x65"', [0x48, 0x65]],
    ['{0xAA, 0xBB}', [0xaa, 0xbb]],
    ['const uint8_t data[2] = { 0xAA,\n 0xBB };', [0xaa, 0xbb]],
    ['byte[] b = new byte[] {0x01, 0x02};', [1, 2]],
    ['[0x01, 0x02]', [1, 2]],
    ['AA // first BB\nCC # DD\r\nEE /* 11\n22 */ FF {# 33 #} 00', [0xaa, 0xcc, 0xee, 0xff, 0]],
    ['# only a comment', []],
    ['//AA', []],
    ['AA\r\n\tBB\u00a0CC', [0xaa, 0xbb, 0xcc]],
    ['0000 4865 6c6c', [0, 0, 0x48, 0x65, 0x6c, 0x6c]],
    ['0000  01 02', [0, 0, 1, 2]],
    ['AABBCC 01 02\nDDEEFF 03 04', [0xaa, 0xbb, 0xcc, 1, 2, 0xdd, 0xee, 0xff, 3, 4]],
  ])('%j', (text, bytes) => {
    expect(bytesOf(text)).toEqual(bytes);
  });

  test.each<[string, PayloadError['code'], number]>([
    ['AA B', 'odd-digit', 3],
    ['A', 'odd-digit', 0],
    ['ABC', 'odd-digit', 2],
    ['AA B CC', 'odd-digit', 3],
    ['0xA, 0xB', 'odd-digit', 2],
    ['AA\n4\n8', 'odd-digit', 3],
    ['AA GG', 'bad-character', 3],
    ['AA 0x', 'bad-character', 3],
    ['AA 😀', 'bad-character', 3],
    ['AA\\n', 'bad-character', 2],
    ['\\x4', 'bad-character', 0],
    ['\\x48ab', 'bad-character', 0],
    ['AA /* BB', 'open-comment', 3],
    ['AA {# BB', 'open-comment', 3],
    ['{1, 2}', 'odd-digit', 1],
    ['uint8_t a[] = {0x01}; uint8_t b[] = {0x02};', 'bad-character', 20],
    ['00000000: 4865 6c6c  Hell\n00000010: 6f20  o ', 'bad-hexdump', 26],
    ['00000000: 4865 6c6c  Hell\nhello', 'bad-hexdump', 26],
    ['00000000: 4865 6z  He', 'bad-hexdump', 15],
    ['00000000: 6c6c6548  Hell', 'bad-hexdump', 10],
    ['00000000  00 00 |..|\n*\n00000020', 'squeezed-hexdump', 21],
    ['0000000 00 00\n*\n0000040', 'squeezed-hexdump', 14],
  ])('%j is %s at %i', (text, code, at) => {
    const error = errorOf(text);
    expect([error.code, error.at]).toEqual([code, at]);
  });

  test('an odd digit is named, not padded', () => {
    expect(errorOf('AA B')).toEqual({
      code: 'odd-digit',
      at: 3,
      found: 'B',
      message: 'The digit "B" has no partner: a byte is two digits',
    });
  });
});

describe('hexdumps of real programs are read back', () => {
  const payload = fc.uint8Array({ minLength: 1, maxLength: 70 });
  const texts = fc
    .stringMatching(/^[0-9a-f .|<>:*]{1,60}$/)
    .map((text) => new TextEncoder().encode(text));

  test.each([
    ['xxd', []],
    ['xxd', ['-g1', '-u']],
    ['xxd', ['-g4', '-c32']],
    ['xxd', ['-p']],
    ['xxd', ['-i']],
    ['hexdump', ['-v', '-C']],
    ['od', ['-v', '-A', 'x', '-t', 'x1z']],
    ['od', ['-v', '-A', 'x', '-t', 'x1']],
    ['od', ['-v', '-t', 'x1']],
  ])('%s %j', (program, options) => {
    fc.assert(
      fc.property(fc.oneof(payload, texts, fc.constant(Uint8Array.from(HELLO))), (bytes) => {
        const dump = execFileSync(program, options, { input: bytes, encoding: 'latin1' });
        expect([dump, bytesOf(dump)]).toEqual([dump, [...bytes]]);
      }),
      { numRuns: 25 },
    );
  });

  test('tcpdump -X, and Wireshark with its column of characters', () => {
    const tcpdump = [
      '\t0x0000:  4500 0028 0001 0000 4006 7ccd 7f00 0001  E..(....@.|.....',
      '\t0x0010:  7f00 0001 0014 0050 0000 0000 0000 0000  .......P........',
    ].join('\n');
    expect(bytesOf(tcpdump).slice(0, 20)).toEqual([
      0x45, 0, 0, 0x28, 0, 1, 0, 0, 0x40, 6, 0x7c, 0xcd, 0x7f, 0, 0, 1, 0x7f, 0, 0, 1,
    ]);
    const wireshark = [
      '0000   48 65 6c 6c 6f 20 77 6f 72 6c 64 2e 20 41 42 43   Hello world. ABC',
      '0010   44 7c 64 65 20 61 64 0a                           D|de ad.',
      '',
    ].join('\r\n');
    expect(bytesOf(wireshark)).toEqual(HELLO);
    expect(bytesOf('0000   48 65   He')).toEqual([0x48, 0x65]);
    const stream = '00000000  48 65 6c 6c 6f 20 77 6f  72 6c 64 2e 20 41 42 43  Hello wo rld. ABC';
    expect(bytesOf(stream)).toEqual(HELLO.slice(0, 16));
  });

  test('little-endian words are refused, not swapped', () => {
    const swapped = execFileSync('xxd', ['-e'], { input: 'Hello world, all' }).toString();
    expect(errorOf(swapped).message).toContain('little-endian');
    const words = execFileSync('hexdump', [], { input: 'Hello world, all' }).toString();
    expect(errorOf(words).code).toBe('odd-digit');
  });
});

describe('formats', () => {
  test('are read back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        for (const format of [formatHex, formatPlainHex, formatHexdump, formatCArray])
          expect(bytesOf(format(bytes))).toEqual([...bytes]);
      }),
    );
  });

  test('hexdump is that of hexdump -C -v, and xxd reads hex', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 70 }), (bytes) => {
        expect(formatHexdump(bytes)).toBe(
          execFileSync('hexdump', ['-v', '-C'], { input: bytes, encoding: 'latin1' }),
        );
        const back = execFileSync('xxd', ['-r', '-p'], { input: formatHex(bytes) });
        expect([...back]).toEqual([...bytes]);
      }),
      { numRuns: 25 },
    );
  });

  test('text2pcap reads the dump, also when its characters look like bytes', () => {
    const payloads = [
      'ab cd 12',
      'Hello world. 00 11',
      '0123456789abcdef',
      'a b c d\n|00 11|',
      '\0\xff',
    ];
    for (const payload of payloads) {
      const bytes = Buffer.from(payload, 'latin1');
      const capture = join(folder, 'dump.pcap');
      execFileSync('text2pcap', ['-q', '-l', '147', '-', capture], {
        input: formatHexdump(bytes),
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      const fields = execFileSync('tshark', ['-r', capture, '-T', 'jsonraw', '-x'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      }).toString();
      expect(/"frame_raw": \[\s*"([0-9a-f]+)"/.exec(fields)?.[1]).toBe(bytes.toString('hex'));
    }
  });

  test('a C compiler makes the same bytes of the array', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, n) => n);
    const source = `${formatCArray(bytes)}#include <stdio.h>\nint main(void) { return fwrite(data, 1, sizeof data, stdout) == 256 ? 0 : 1; }\n`;
    const program = join(folder, 'array');
    execFileSync('cc', ['-Wall', '-Werror', '-x', 'c', '-o', program, '-'], { input: source });
    expect([...execFileSync(program)]).toEqual([...bytes]);
  });
});

describe('properties', () => {
  test('any text gives bytes or an error with a place in it', () => {
    const pieces = fc
      .array(
        fc.constantFrom(
          '0x',
          'AA',
          'b',
          ' ',
          '\n',
          '/*',
          '*/',
          '{',
          '}',
          '#',
          '//',
          '\\x',
          '00000000',
          ':',
          '  ',
          '|',
          '*',
          '=',
        ),
        { maxLength: 20 },
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.string(), pieces), (text) => {
        const parsed = parseHex(text);
        if (parsed.ok) return;
        expect(parsed.error.at).toBeGreaterThanOrEqual(0);
        expect(parsed.error.at).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 5000 },
    );
  });

  test('millions of bytes in each dress are read', () => {
    const bytes = new Uint8Array(2_500_000).map((_, n) => (n * 7919) >> 5);
    for (const text of [
      formatHex(bytes),
      formatPlainHex(bytes).repeat(2),
      formatHexdump(bytes),
      formatCArray(bytes.subarray(0, 1_600_000)),
    ]) {
      expect(text.length).toBeGreaterThan(4_900_000);
      expect(parseHex(text).ok).toBe(true);
    }
  });
});
