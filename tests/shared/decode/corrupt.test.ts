import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../../../src-shared/decode/decode';
import type { Decoded, DecodeInput, Field } from '../../../src-shared/decode/decoded';
import { keyOf, MAX_DEPTH, MAX_FIELDS } from '../../../src-shared/decode/decoded';
import type { DecoderName } from '../../../src-shared/decode/names';
import { DECODER_NAMES } from '../../../src-shared/decode/names';
import { FRAME_ROLES } from '../../../src-shared/framing/frame';
import type { Frame } from '../../../src-shared/framing/framer';
import { createSplitters } from '../../../src-shared/framing/split';
import { CANARIES } from '../../support/canaries';
import { cutAt, essence, framer, latin1, places } from '../framing/frames';
import { messagesOf, RECORDED } from './recorded';

/** Told by another expression than the product's own. */
const DECEIVING =
  // eslint-disable-next-line no-control-regex -- exactly what must never reach a terminal or a page
  /[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff]|\p{Cs}/u;

/** Fields stand in each other, in order of what was read, and in bounds; how many they are. */
function counted(fields: readonly Field[], from: number, to: number, depth: number): number {
  let count = 0;
  for (const field of fields) {
    const inside = field.from >= from && field.to <= to && field.from <= field.to;
    // Not `expect`: there are millions of them.
    if (
      !inside ||
      depth >= MAX_DEPTH ||
      field.value.length > 200 ||
      DECEIVING.test(field.value) ||
      DECEIVING.test(field.name) ||
      /[^a-z0-9_]/.test(keyOf(field))
    )
      throw new Error(`${JSON.stringify(field)} in ${from}..${to}, depth ${depth}`);
    count += 1 + counted(field.children, field.from, field.to, depth + 1);
  }
  return count;
}

function isSound({ label, fields }: Decoded, bytes: Uint8Array): void {
  if (label.length > 160 || DECEIVING.test(label)) throw new Error(label);
  expect(counted(fields, 0, bytes.length, 0)).toBeLessThanOrEqual(MAX_FIELDS + MAX_DEPTH);
}

const MESSAGES = RECORDED.flatMap((recorded) =>
  messagesOf(recorded).map(({ input, decoded }) => ({ name: recorded.decoder, input, decoded })),
);

test('what was recorded is understood, to its last byte', () => {
  for (const { name, input, decoded } of MESSAGES) {
    isSound(decoded, input.bytes);
    expect(decoded.label, `${name} ${decoded.label}`).not.toMatch(
      /not (?:as expected|[A-Z])|incomplete|wrong|rest/,
    );
    expect(input.incomplete).toBe(false);
  }
});

test('texts made to deceive stand in every field as what they are', () => {
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
  const one = (head: readonly number[], text: string): number[] => [
    ...head,
    utf8(text).length,
    ...utf8(text),
  ];
  for (const text of CANARIES.filter((canary) => utf8(canary).length < 128)) {
    const wraps: Partial<Record<DecoderName, Uint8Array>> = {
      json: utf8(JSON.stringify({ [text]: text })),
      http: utf8(`GET /${text} HTTP/1.1\r\nX-${text}: ${text}\r\n\r\n`),
      cbor: Uint8Array.from([0xa1, ...one([0x78], text), ...one([0x78], text)]),
      msgpack: Uint8Array.from([0x81, ...one([0xd9], text), ...one([0xd9], text)]),
      protobuf: Uint8Array.from(one([0x0a], text)),
    };
    for (const name of DECODER_NAMES)
      for (const bytes of [utf8(text), utf8(`${text}\r\n`), wraps[name] ?? utf8(`+OK ${text}`)])
        for (const side of ['client', 'server'] as const)
          for (const role of FRAME_ROLES) isSound(decode(name, { bytes, role, side }), bytes);
  }
});

test('every beginning of every message gives the fields that are there', () => {
  for (const { name, input, decoded } of MESSAGES) {
    const { bytes } = input;
    for (let length = 0; length < Math.min(bytes.length, 120); length++) {
      const said = decode(name, { ...input, bytes: bytes.subarray(0, length), incomplete: true });
      isSound(said, bytes.subarray(0, length));
      // A field that ended before the cut stands as it was.
      const [first] = decoded.fields;
      if (name !== 'nmea' && first?.children.length === 0 && first.to < length)
        expect(said.fields[0]?.value).toBe(first.value);
    }
  }
});

test('messages with bits turned over, read as any part of any conversation, give a sound tree', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...MESSAGES),
      fc.array(fc.tuple(fc.nat(400), fc.nat(7)), { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...FRAME_ROLES),
      fc.constantFrom('client' as const, 'server' as const),
      ({ name, input }, flips, role, side) => {
        const bytes = input.bytes.slice();
        for (const [at, bit] of flips) {
          const place = at % bytes.length;
          bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
        }
        isSound(decode(name, { ...input, bytes }), bytes);
        isSound(decode(name, { bytes, role, side }), bytes);
      },
    ),
    { numRuns: 400 },
  );
});

/** Each of it may be a frame of one byte. */
const FRAMED_BYTES = 1 << 17;

describe('a megabyte of', () => {
  const bombs: [string, number[]][] = [
    ['arrays of one', [0x81]],
    ['arrays', [0x5b]],
    ['objects', [...Buffer.from('{"a":')]],
    ['tags', [0xc1]],
    ['long tags', [0xd8, 0x20]],
    ['maps without an end', [0xbf]],
    ['arrays without an end', [0x9f]],
    ['MessagePack arrays', [0x91]],
    ['maps of 2^32', [0xdf, 0xff, 0xff, 0xff, 0xff]],
    ['long lengths', [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['backslashes', [0x5c]],
    ['quotes', [0x22]],
    ['pointers', [0xc0, 0x0c]],
    ['zeros', [0]],
    ['ones', [0xff]],
    ['commas', [0x2c]],
    ['dollars', [0x24, 0x0a]],
  ];
  test.each(bombs)('%s is decoded and framed quickly, by all', (_, pattern) => {
    const bytes = Uint8Array.from({ length: 1 << 20 }, (__, n) => pattern[n % pattern.length] ?? 0);
    for (const name of DECODER_NAMES) {
      const started = performance.now();
      isSound(decode(name, { bytes, role: 'message', side: 'client' }), bytes);
      let end = 0;
      const sink = { frame: (to: number) => (end = to) };
      const options = {
        framing: { kind: 'proto', name },
        client: 'out',
        maxBytes: 1 << 20,
      } as const;
      const { out } = createSplitters(options, { in: sink, out: sink });
      out.push(bytes.subarray(0, FRAMED_BYTES), 0);
      out.end();
      expect(end).toBe(FRAMED_BYTES);
      // Some milliseconds alone; a machine with much else to do takes longer.
      expect(performance.now() - started, name).toBeLessThan(3000);
    }
  });
});

test('absurd lengths take no memory and lose no byte', () => {
  const absurd: [DecoderName, string][] = [
    ['mqtt', '30ffffff7f0001'],
    ['cbor', '5bffffffffffffffff01'],
    ['cbor', '9bffffffffffffffff01'],
    ['msgpack', 'c6ffffffff01'],
    ['msgpack', 'dfffffffff01'],
    ['dns', 'ffff000101000001000000000000'],
    ['websocket', '827f001fffffffffffff01'],
    ['coap', 'f0ffffffff45ff01'],
    ['modbus', '0001000000ff0103fc01'],
  ];
  for (const [name, hex] of absurd) {
    const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
    const of = framer(`proto:${name}`);
    const frames = [...of.push('out', bytes, 0), ...of.end('out')];
    expect(frames.map((frame) => latin1(frame.bytes)).join('')).toBe(latin1(bytes));
    const said = decode(name, { bytes, role: 'message', side: 'client' });
    isSound(said, bytes);
    expect(said.label).toMatch(/incomplete|not as expected/);
  }
});

const STREAMS = RECORDED.filter(({ datagrams }) => !datagrams);

function framesOf(name: DecoderName, chunks: readonly string[], cuts: readonly number[]): Frame[] {
  const of = framer(`proto:${name}`);
  const frames = chunks.flatMap((chunk) => {
    const bytes = new Uint8Array(Buffer.from(chunk.slice(2), 'hex'));
    return cutAt(bytes, cuts).flatMap((piece) =>
      of.push(chunk.startsWith('>') ? 'out' : 'in', piece, 0),
    );
  });
  return [...frames, ...of.end('out'), ...of.end('in')];
}

test('recorded streams give the same frames however they are cut, also joined', () => {
  fc.assert(
    fc.property(fc.constantFrom(...STREAMS), places, ({ decoder, chunks }, cuts) => {
      const whole = framesOf(decoder, chunks, []).map(essence);
      expect(framesOf(decoder, chunks, cuts).map(essence)).toEqual(whole);
    }),
    { numRuns: 150 },
  );
  for (const { decoder, chunks } of STREAMS) {
    // Who speaks next goes on; what one says at once is one chunk.
    const joined = chunks.reduce<string[]>((all, chunk) => {
      const last = all.at(-1);
      if (last?.startsWith(chunk.charAt(0))) all[all.length - 1] = last + chunk.slice(2);
      else all.push(chunk);
      return all;
    }, []);
    const whole = framesOf(decoder, chunks, []).map(essence);
    expect(framesOf(decoder, joined, []).map(essence)).toEqual(whole);
  }
});

test('in the midst of what is not theirs, messages are found again', () => {
  const noise = new Uint8Array(Buffer.from('this is not it\n'));
  for (const name of ['modbus', 'modbus-rtu'] as const) {
    const [message] = MESSAGES.filter((one) => one.name === name);
    if (!message) throw new Error('none recorded');
    const of = framer(`proto:${name}`);
    const { bytes } = message.input;
    const stream = new Uint8Array(Buffer.concat([bytes, noise, bytes, bytes]));
    const frames = [...of.push('out', stream, 0), ...of.end('out')];
    const messages = frames.filter(({ role }) => role === 'message');
    expect(messages.map((frame) => latin1(frame.bytes))).toEqual(Array(3).fill(latin1(bytes)));
    expect(latin1(frames.find(({ role }) => role === 'opaque')?.bytes ?? noise)).toBe(
      latin1(noise),
    );
  }
});

test('Modbus RTU: what does not go on for half a second does not go on', () => {
  const of = framer('proto:modbus-rtu');
  const half = Uint8Array.of(1, 3, 0);
  const whole = new Uint8Array(Buffer.from('010300000002c40b', 'hex'));
  const frames = [...of.push('out', half, 0), ...of.push('out', whole, 1000), ...of.end('out')];
  expect(frames.map(({ role, bytes }) => `${role} ${bytes.length}`)).toEqual([
    'opaque 3',
    'message 8',
  ]);
});

test('what MQTT speaks is learned from CONNECT, else told from what stands there', () => {
  const said = (hex: string, more: Partial<DecodeInput> = {}) => {
    const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
    return decode('mqtt', { bytes, role: 'message', side: 'server', ...more }).label;
  };
  // A topic “a”, and then: text; no properties and text; a property; zeros that are payload.
  expect(said('3005000161' + '6869')).toBe('PUBLISH · a · hi');
  expect(said('3006000161' + '00' + '6869')).toBe('PUBLISH · a · hi');
  expect(said('3008000161' + '020101' + '6869')).toBe('PUBLISH · a · hi');
  expect(said('3006000161' + '000000')).toBe('PUBLISH · a · \\0\\0\\0');
  expect(said('3006000161' + '000000', { role: 'mqtt-5' })).toBe('PUBLISH · a · \\0\\0');
  expect(said('20020005')).toBe('CONNACK · not authorized');
  expect(said('2003008700')).toBe('CONNACK · Not authorized');
  expect(said('e00100')).toBe('DISCONNECT · Normal disconnection');
});
