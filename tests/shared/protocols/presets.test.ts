import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { Draft } from '../../../src-shared/contract/profile';
import type { PayloadContext } from '../../../src-shared/payload/payload-template';
import { decode } from '../../../src-shared/decode/decode';
import { decoderName } from '../../../src-shared/decode/names';
import { parseFraming } from '../../../src-shared/framing/framing';
import { compilePayload } from '../../../src-shared/payload/compile-payload';
import { parseText } from '../../../src-shared/payload/text';
import {
  presetAddress,
  presetListenAddress,
  unprivilegedPort,
} from '../../../src-shared/protocols/preset';
import { PRESETS, presetOf, presetsOnPort } from '../../../src-shared/protocols/presets';

const WORLD: PayloadContext = {
  ...{ now: 0, variables: new Map(), files: new Map(), counters: new Map() },
  ...{ hostname: 'bench.test', host: '[::1]:8080', request: null },
  random: (length) => new Uint8Array(length),
};

function bytesOf(draft: Draft): Uint8Array {
  const compiled = compilePayload(draft, 'send');
  const made = compiled.ok ? compiled.template.expand(WORLD) : compiled;
  if (made.ok) return made.bytes;
  throw new Error(`${draft.text}: ${made.error.message}`);
}

const catalogue = (locale: string) =>
  JSON.parse(
    readFileSync(resolve(import.meta.dirname, `../../../src-renderer/i18n/${locale}.json`), 'utf8'),
  ) as Record<string, unknown>;

test('every protocol of the product has its preset, on its port', () => {
  expect(PRESETS.map(({ name, port }) => `${name} ${port}`)).toEqual([
    ...['HTTP 80', 'FTP 21', 'NNTP 119', 'Gopher 70', 'SMTP 25', 'POP3 110', 'IMAP4 143'],
    ...['Telnet 23', 'Modbus TCP 502', 'MQTT 1883', 'CoAP 5683', 'DNS 53', 'NMEA 0183 10110'],
    ...['WebSocket 80', 'Echo 7', 'Discard 9', 'Daytime 13', 'Chargen 19', 'Time 37'],
  ]);
  for (const preset of PRESETS) expect(presetOf(preset.id)).toBe(preset);
  expect(presetOf('finger')).toBeNull();
  expect(presetsOnPort(993).map(({ id }) => id)).toEqual(['imap4']);
});

test('framings and decoders of presets are those there are', () => {
  for (const { framing, decoder } of PRESETS) {
    expect(parseFraming(framing).ok, framing).toBe(true);
    if (decoder !== null) expect(decoderName(decoder)).toBe(decoder);
  }
});

test('example payloads stand for bytes, and are explained in both languages', () => {
  const [en, zh] = [catalogue('en'), catalogue('zh-CN')];
  for (const preset of PRESETS) {
    const names = preset.payloads.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, hint, draft } of preset.payloads) {
      expect(() => bytesOf(draft), `${preset.id} ${name}`).not.toThrow();
      expect(en, hint).toHaveProperty(`payload_hint_${hint}`);
      expect(zh, hint).toHaveProperty(`payload_hint_${hint}`);
    }
  }
});

test('messages of examples are what they are called', () => {
  for (const preset of PRESETS.slice(8, 14)) {
    const { decoder } = preset;
    if (decoder === null) throw new Error(`no decoder for ${preset.id}`);
    const role = preset.transports[0] === 'udp' ? 'datagram' : 'message';
    for (const { name, draft } of preset.payloads) {
      if (name === 'handshake') continue;
      const { label } = decode(decoder, { bytes: bytesOf(draft), side: 'client', role });
      expect(label).not.toMatch(/not as expected|not [A-Z]|incomplete|wrong/);
      const [word = ''] = name === 'ping' && decoder === 'coap' ? ['CON Empty'] : name.split(' ');
      expect(label).toContain(word);
    }
  }
});

test('the announced length of the IMAP4 literal is that of its text', () => {
  const of = (name: string) =>
    presetOf('imap4')?.payloads.find((payload) => payload.name === name)?.draft.text ?? '';
  const literal = parseText(of('literal'), { escapes: true, lineEnding: 'none' });
  expect(`{${literal.ok ? literal.bytes.length : 0}}`).toBe(/\{\d+\}$/.exec(of('APPEND'))?.[0]);
});

test('addresses to dial and to listen on', () => {
  const smtp = presetOf('smtp');
  const echo = presetOf('echo');
  if (!smtp || !echo) throw new Error('no preset');
  expect(presetAddress(smtp, '::1')).toBe('tcp:[::1]:25');
  expect(presetAddress(smtp, 'mx.example', true)).toBe('tls:mx.example:465');
  expect(presetAddress(echo, 'h', true)).toBe('tcp:h:7');
  expect(presetListenAddress(smtp)).toBe('tcp-listen:10025');
  expect(presetListenAddress(smtp, true)).toBe('tls-listen:10465');
  expect([80, 1023, 1024, 8080].map(unprivilegedPort)).toEqual([10_080, 11_023, 1024, 8080]);
});
