import * as coapPacket from 'coap-packet';
import * as dnsPacket from 'dns-packet';
import fc from 'fast-check';
import * as mqttPacket from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { decode } from '../../../src-shared/decode/decode';
import type { DecodeInput, Field } from '../../../src-shared/decode/decoded';
import { formatText } from '../../../src-shared/payload/text';
import { framer } from '../framing/frames';

/** Libraries that others have written make the messages that our decoders read. */
const runs = { numRuns: 100 };

/** Text as fields show it. */
const shown = (text: string) => formatText(new TextEncoder().encode(text));

function told(name: Parameters<typeof decode>[0], bytes: Uint8Array, more: Partial<DecodeInput>) {
  return decode(name, { bytes, side: 'client', role: 'message', ...more });
}

/** The field of that name, wherever it stands. */
function find(fields: readonly Field[], name: string): Field | undefined {
  for (const field of fields) {
    const found = field.name === name ? field : find(field.children, name);
    if (found) return found;
  }
  return undefined;
}

function all(fields: readonly Field[], name: string): Field[] {
  return fields.flatMap((field) => [
    ...(field.name === name ? [field] : []),
    ...all(field.children, name),
  ]);
}

const word = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 10 });
const id = fc.integer({ min: 1, max: 65_535 });
const payload = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));

describe('MQTT as mqtt-packet writes it', () => {
  const properties = fc.record(
    {
      contentType: word,
      responseTopic: word,
      correlationData: payload,
      messageExpiryInterval: fc.nat(100_000),
      topicAlias: id,
      payloadFormatIndicator: fc.boolean(),
      subscriptionIdentifier: fc.integer({ min: 1, max: 268_435_455 }),
      userProperties: fc.dictionary(word, word, { minKeys: 1, maxKeys: 2, noNullPrototype: true }),
    },
    { requiredKeys: [] },
  );
  const publish = fc.record({
    cmd: fc.constant('publish' as const),
    topic: word,
    payload,
    qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
    messageId: id,
    retain: fc.boolean(),
    dup: fc.boolean(),
    properties,
  });
  const subscribe = fc.record({
    cmd: fc.constant('subscribe' as const),
    messageId: id,
    subscriptions: fc.array(
      fc.record({
        topic: word,
        qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
        nl: fc.boolean(),
        rap: fc.boolean(),
        rh: fc.constantFrom(0, 1, 2),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  });
  const version = fc.constantFrom(4 as const, 5 as const);

  test('a connection of any packets, in any chunks: topics, payloads, identifiers, properties', () => {
    fc.assert(
      fc.property(
        version,
        fc.array(fc.oneof(publish, subscribe), { maxLength: 5 }),
        fc.nat(30),
        (protocolVersion, packets, step) => {
          const connect = {
            cmd: 'connect' as const,
            clientId: 'c',
            keepalive: 9,
            clean: true,
            protocolId: 'MQTT' as const,
            protocolVersion,
          };
          const written = [connect, ...packets].map((packet) =>
            mqttPacket.generate(packet, { protocolVersion }),
          );
          const stream = Buffer.concat(written);
          const cut = framer('proto:mqtt', 'out');
          const frames = [];
          for (let at = 0; at < stream.length; at += step + 1)
            frames.push(...cut.push('out', stream.subarray(at, at + step + 1), 0));
          expect(frames.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).toEqual(
            written.map((bytes) => bytes.toString('hex')),
          );
          for (const [n, packet] of packets.entries()) {
            const frame = frames[n + 1];
            if (!frame) throw new Error('no frame');
            const { fields, label } = told('mqtt', frame.bytes, frame);
            expect(label).not.toMatch(/not as expected|incomplete/);
            if (packet.cmd === 'subscribe') {
              expect(all(fields, 'topic filter').map(({ value }) => value)).toEqual(
                packet.subscriptions.map(({ topic }) => shown(topic)),
              );
              expect(all(fields, 'maximum QoS').map(({ number }) => number)).toEqual(
                packet.subscriptions.map(({ qos }) => qos),
              );
              continue;
            }
            expect(find(fields, 'topic')?.value).toBe(shown(packet.topic));
            expect(find(fields, 'QoS')?.number).toBe(packet.qos);
            expect(find(fields, 'RETAIN')?.number).toBe(Number(packet.retain));
            if (packet.qos > 0)
              expect(find(fields, 'packet identifier')?.number).toBe(packet.messageId);
            const range = find(fields, 'payload');
            expect(Buffer.from(frame.bytes.subarray(range?.from ?? 0, range?.to ?? 0))).toEqual(
              packet.payload,
            );
            const names =
              Object.keys(packet.properties).length +
              Object.keys(packet.properties.userProperties ?? {}).length -
              ('userProperties' in packet.properties ? 1 : 0);
            if (protocolVersion === 5) expect(find(fields, 'properties')?.number).toBe(names);
            else expect(find(fields, 'properties')).toBeUndefined();
          }
        },
      ),
      runs,
    );
  });
});

describe('DNS as dns-packet writes it', () => {
  const label = fc.string({ unit: fc.constantFrom(...'abcxyz019-'), minLength: 1, maxLength: 12 });
  const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
  const ttl = fc.nat(1_000_000);
  const ipv4 = fc.ipV4();
  const answer = fc.oneof(
    fc.record({ type: fc.constant('A' as const), name, ttl, data: ipv4 }),
    fc.record({ type: fc.constant('CNAME' as const), name, ttl, data: name }),
    fc.record({ type: fc.constant('NS' as const), name, data: name }),
    fc.record({ type: fc.constant('TXT' as const), name, ttl, data: word }),
    fc.record({
      type: fc.constant('MX' as const),
      name,
      ttl,
      data: fc.record({ preference: id, exchange: name }),
    }),
    fc.record({
      type: fc.constant('SRV' as const),
      name,
      ttl,
      data: fc.record({ priority: id, weight: id, port: id, target: name }),
    }),
  );

  test('names, types, times to live and data, over UDP and TCP', () => {
    fc.assert(
      fc.property(
        id,
        name,
        fc.array(answer, { maxLength: 6 }),
        fc.boolean(),
        (number, question, answers, tcp) => {
          const packet = {
            type: 'response' as const,
            id: number,
            questions: [{ type: 'A' as const, name: question }],
            answers,
          };
          const bytes = tcp ? dnsPacket.streamEncode(packet) : dnsPacket.encode(packet);
          const { fields, label } = told('dns', bytes, {
            role: tcp ? 'message' : 'datagram',
            side: 'server',
          });
          expect(label).not.toMatch(/not as expected|incomplete/);
          expect(find(fields, 'ID')?.number).toBe(number);
          expect(find(fields, 'question')?.value).toBe(`A ${question}`);
          const records = all(fields, 'record');
          expect(records.map(({ children: [at, type] }) => `${type?.value} ${at?.value}`)).toEqual(
            answers.map((one) => `${one.type} ${one.name}`),
          );
          expect(records.map(({ children }) => find(children, 'data')?.value)).toEqual(
            answers.map(({ data, type }) =>
              typeof data === 'object'
                ? Object.values(data).join(' ')
                : type === 'TXT'
                  ? `"${shown(data)}"`
                  : data,
            ),
          );
        },
      ),
      runs,
    );
  });
});

describe('CoAP as coap-packet writes it', () => {
  const option = fc.oneof(
    fc.record({
      name: fc.constantFrom('Uri-Path', 'Uri-Query', 'Location-Path'),
      value: word.map((text) => Buffer.from(text)),
    }),
    fc.record({
      name: fc.constantFrom('Content-Format', 'Observe', 'Max-Age', 'Block2', '2053'),
      value: fc.uint8Array({ minLength: 1, maxLength: 3 }).map((b) => Buffer.from(b)),
    }),
    fc.record({
      name: fc.constant('ETag'),
      value: fc.uint8Array({ maxLength: 300 }).map((b) => Buffer.from(b)),
    }),
  );

  test('type, code, token, options in their order, payload', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'POST', '2.05', '4.04'),
        fc.boolean(),
        id,
        fc.uint8Array({ maxLength: 8 }),
        fc.array(option, { maxLength: 6 }),
        payload,
        (code, confirmable, messageId, token, options, body) => {
          const bytes = coapPacket.generate(
            { code, confirmable, messageId, token: Buffer.from(token), options, payload: body },
            10_000,
          );
          const { fields, label } = told('coap', bytes, { role: 'datagram' });
          const oracle = coapPacket.parse(bytes);
          expect(label).not.toMatch(/not as expected|incomplete/);
          expect(label.startsWith(confirmable ? 'CON ' : 'NON ')).toBe(true);
          expect(find(fields, 'message ID')?.number).toBe(messageId);
          const known = new Set(
            oracle.options.map(({ name }) =>
              /^\d/.test(String(name)) ? `option ${name}` : String(name),
            ),
          );
          const values = fields
            .filter(({ name }) => known.has(name))
            .map(({ to, children }) => find(children, 'value') ?? { from: to, to });
          expect(values.map(({ from, to }) => Buffer.from(bytes.subarray(from, to)))).toEqual(
            oracle.options.map(({ value }) => value),
          );
          const range = find(fields, 'payload');
          expect(Buffer.from(bytes.subarray(range?.from ?? 0, range?.to ?? 0))).toEqual(
            oracle.payload,
          );
        },
      ),
      runs,
    );
  });
});
