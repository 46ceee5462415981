import type { TlsMessage } from '../../../src-shared/contract/tls';
import { MAX_TLS_MESSAGES } from '../../../src-shared/contract/tls';
import { epochMs } from '../clock';
import { helloFacts } from './tls-hello';
import type { RawChunk } from './tls-wire';

const HEADER_BYTES = 5;
const CHANGE_CIPHER_SPEC = 20;
const ALERT = 21;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;

/** A handshake comes in a few; who sends it byte by byte must not make us copy it as often. */
const MAX_CHUNKS = 512;

/** Of the registry "TLS HandshakeType". */
const MESSAGES: Readonly<Partial<Record<number, string>>> = {
  0: 'HelloRequest',
  1: 'ClientHello',
  2: 'ServerHello',
  4: 'NewSessionTicket',
  8: 'EncryptedExtensions',
  11: 'Certificate',
  12: 'ServerKeyExchange',
  13: 'CertificateRequest',
  14: 'ServerHelloDone',
  15: 'CertificateVerify',
  16: 'ClientKeyExchange',
  20: 'Finished',
  22: 'CertificateStatus',
};

/**
 * The messages of a handshake from its bytes on the wire (RFC 8446 §4 and §5, RFC 5246 §7), in the
 * order in which they passed: what OpenSSL's message trace tells, in every runtime. What is encrypted
 * is told by its length. Never throws: bytes that are no TLS end it. `startedAt`: epoch ms.
 */
export function handshakeMessages(chunks: readonly RawChunk[], startedAt: number): TlsMessage[] {
  const told: TlsMessage[] = [];
  const sides = { in: new Side(), out: new Side() };
  for (const { direction, bytes, at } of chunks.slice(0, MAX_CHUNKS))
    for (const message of sides[direction].push(bytes)) {
      const last = told.at(-1);
      const more = message.name === 'encrypted' && last?.name === 'encrypted';
      // Its records say nothing but how much there was.
      if (more && last.direction === direction) last.bytes += message.bytes;
      else if (told.length < MAX_TLS_MESSAGES)
        told.push({ ...message, direction, ms: Math.max(0, epochMs(at) - startedAt) });
    }
  return told;
}

type Found = Pick<TlsMessage, 'name' | 'bytes' | 'facts'>;

/** One direction: records, and the messages in them, which may lie across records. */
class Side {
  #records = Buffer.alloc(0);
  #messages = Buffer.alloc(0);
  #encrypted = false;
  #over = false;

  push(bytes: Uint8Array): Found[] {
    const found: Found[] = [];
    this.#records = Buffer.concat([this.#records, bytes]);
    while (!this.#over && this.#records.length >= HEADER_BYTES) {
      const type = this.#records[0] ?? 0;
      const end = HEADER_BYTES + this.#records.readUInt16BE(3);
      if (type < CHANGE_CIPHER_SPEC || type > APPLICATION_DATA || this.#records[1] !== 3) {
        this.#over = true;
        found.push({ name: 'not TLS', bytes: this.#records.length, facts: [] });
      } else if (this.#records.length < end) break;
      else {
        found.push(...this.#record(type, this.#records.subarray(HEADER_BYTES, end)));
        this.#records = this.#records.subarray(end);
      }
    }
    return found;
  }

  #record(type: number, body: Buffer): Found[] {
    if (type === CHANGE_CIPHER_SPEC) {
      // With TLS 1.3 it means nothing and is sent for the sake of old routers.
      this.#encrypted = true;
      return [{ name: 'ChangeCipherSpec', bytes: body.length, facts: [] }];
    }
    if (type === APPLICATION_DATA || this.#encrypted)
      return [{ name: 'encrypted', bytes: body.length, facts: [] }];
    if (type === ALERT) return [{ name: 'Alert', bytes: body.length, facts: alertFacts(body) }];
    return type === HANDSHAKE ? this.#handshake(body) : [];
  }

  #handshake(body: Buffer): Found[] {
    const found: Found[] = [];
    this.#messages = Buffer.concat([this.#messages, body]);
    while (this.#messages.length >= 4) {
      const type = this.#messages[0] ?? 0;
      const end = 4 + this.#messages.readUIntBE(1, 3);
      if (this.#messages.length < end) break;
      const name = MESSAGES[type] ?? `message ${type}`;
      const facts = helloFacts(name, this.#messages.subarray(4, end));
      found.push({ name, bytes: end, facts });
      this.#messages = this.#messages.subarray(end);
    }
    return found;
  }
}

function alertFacts(body: Buffer): TlsMessage['facts'] {
  const [level, code] = body;
  if (level === undefined || code === undefined || body.length !== 2) return [];
  return [{ name: level === 2 ? 'fatal' : 'warning', value: String(code) }];
}
