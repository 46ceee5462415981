import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { suggestFramings } from '../../../src-shared/framing/suggest';
import type { SampledStream } from '../../../src-shared/framing/sampled-stream';

const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

function stream(chunks: readonly Uint8Array[], way: 'in' | 'out' = 'in'): SampledStream {
  const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
  return { chunks: chunks.map((chunk) => ({ direction: way, bytes: chunk })), bytes };
}

function suggested(chunks: readonly Uint8Array[], port: number | null = null): string[] {
  return suggestFramings([stream(chunks)], port).map(({ framing }) => framing);
}

/** Neighbours of a list joined by chance, as a stream joins what was sent. */
function glued(messages: readonly Uint8Array[], joins: readonly boolean[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  messages.forEach((message, n) => {
    const last = chunks.at(-1);
    if (last && joins[n % joins.length]) chunks[chunks.length - 1] = Buffer.concat([last, message]);
    else chunks.push(message);
  });
  return chunks;
}

const joins = fc.array(fc.boolean(), { minLength: 3, maxLength: 9 });
const body = fc.uint8Array({ minLength: 1, maxLength: 40 });
const messages = (of: fc.Arbitrary<Uint8Array>) => fc.array(of, { minLength: 12, maxLength: 40 });

test('the evidence is what was counted', () => {
  const chunks = Array.from({ length: 98 }, (_, n) => latin1(`TEMP ${n}\r\n`));
  expect(suggestFramings([stream(chunks)], null)).toEqual([
    { framing: 'delim:0d0a', evidence: { kind: 'crlf', held: 98, of: 98 } },
  ]);
});

test('both directions must agree', () => {
  const lines = stream(Array.from({ length: 9 }, (_, n) => latin1(`a ${n}\n`)));
  const binary = stream(
    Array.from({ length: 9 }, (_, n) => Uint8Array.of(1, 0, n, 10, 3)),
    'out',
  );
  expect(suggestFramings([lines], null).map(({ framing }) => framing)).toEqual(['line']);
  const both = { chunks: [...lines.chunks, ...binary.chunks], bytes: 0 };
  expect(suggestFramings([both], null)).toEqual([]);
});

describe('a stream of frames suggests their framing, however chunks join them:', () => {
  const printable = fc
    .string({ unit: fc.constantFrom(...'abcXYZ 0129.,:'), minLength: 1, maxLength: 30 })
    .filter((text) => text.length > 0);
  const runs = { numRuns: 60 };

  test('lines', () => {
    const check = (end: string, framing: string) =>
      fc.assert(
        fc.property(messages(printable.map((text) => latin1(text + end))), joins, (all, how) => {
          expect(suggested(glued(all, how))[0]).toBe(framing);
        }),
        runs,
      );
    check('\r\n', 'delim:0d0a');
    check('\n', 'line');
  });

  test('a length field', () => {
    const head = (prefix: number[], length: number, more: Uint8Array) =>
      Uint8Array.from([...prefix, length >>> 8, length & 0xff, ...more]);
    fc.assert(
      fc.property(messages(fc.uint8Array({ minLength: 2, maxLength: 60 })), joins, (all, how) => {
        // In fewer pieces nothing is plain.
        fc.pre(new Set(all.map(({ length }) => length)).size >= 3 && glued(all, how).length >= 4);
        const modbus = all.map((more, n) => head([n >>> 8, n & 0xff, 0, 0], more.length, more));
        expect(suggested(glued(modbus, how))).toContain('len:u16be@4+6');
        const whole = all.map((more) => head([], more.length + 2, more));
        expect(suggested(glued(whole, how))[0]).toMatch(/^len:u16be@0[+]0$/);
      }),
      runs,
    );
  });

  test('SLIP, COBS and marks', () => {
    const slip = (of: Uint8Array) =>
      Uint8Array.from([
        ...Array.from(of).flatMap((b) =>
          b === 0xc0 ? [0xdb, 0xdc] : b === 0xdb ? [0xdb, 0xdd] : [b],
        ),
        0xc0,
      ]);
    const cobs = (of: Uint8Array) => {
      const out: number[] = [];
      let block: number[] = [];
      for (const byte of [...of, 0])
        if (byte === 0) {
          out.push(block.length + 1, ...block);
          block = [];
        } else block.push(byte);
      return Uint8Array.from([...out, 0]);
    };
    fc.assert(
      fc.property(messages(body), joins, (all, how) => {
        const long = all.filter(({ length }) => length >= 3);
        fc.pre(long.length >= 8);
        expect(suggested(glued(long.map(slip), how))).toContain('slip');
        expect(suggested(glued(long.map(cobs), how))).toContain('cobs');
        const marked = long.map((of) => Uint8Array.from([2, ...of.map((b) => b | 0x40), 3]));
        expect(suggested(glued(marked, how))).toContain('startend:02..03');
      }),
      runs,
    );
  });

  test('a fixed size, once something was joined', () => {
    const sized = messages(fc.uint8Array({ minLength: 24, maxLength: 24 }));
    fc.assert(
      fc.property(sized, (all) => {
        const some = glued(all, [false, false, false, true]);
        expect(suggested(some)).toContain('fixed:24');
        expect(suggested(all)).not.toContain('fixed:24');
      }),
      runs,
    );
  });
});

test('a protocol is told by its port or its first bytes, and by frames that are its own', () => {
  const http = [latin1('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), latin1('GET /b HTTP/1.1\r\n\r\n')];
  expect(suggested(http)[0]).toBe('proto:http');
  const smtp = [latin1('220 hi\r\n'), latin1('250 ok\r\n'), latin1('250 ok\r\n')];
  expect(suggested(smtp, 25)[0]).toBe('proto:smtp');
  expect(suggested(smtp, 4711)).not.toContain('proto:smtp');
});

test('random bytes suggest nothing, and whatever comes is answered', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 90, size: 'max' }), {
        minLength: 12,
        maxLength: 40,
      }),
      (chunks) => {
        fc.pre(new Set(chunks.flatMap((chunk) => [...chunk])).size > 60);
        expect(suggested(chunks, 502)).toEqual([]);
      },
    ),
    { numRuns: 100 },
  );
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 20 })),
      fc.option(fc.nat(65_535)),
      (all, port) => {
        for (const { evidence } of suggestFramings([stream(all)], port))
          expect(evidence.held).toBeLessThanOrEqual(evidence.of);
      },
    ),
    { numRuns: 100 },
  );
});
