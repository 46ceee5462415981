import { counted } from '../../../src-shared/counted';
import type { TlsMessage } from '../../../src-shared/contract/tls';

type Facts = TlsMessage['facts'];

const MAX_VALUE_LENGTH = 500;

/** RFC 8446 §4.1.3: this random makes a ServerHello a HelloRetryRequest. */
const RETRY = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

const VERSIONS: Readonly<Partial<Record<number, string>>> = {
  0x0300: 'SSLv3',
  0x0301: 'TLSv1',
  0x0302: 'TLSv1.1',
  0x0303: 'TLSv1.2',
  0x0304: 'TLSv1.3',
};

/** Of the registry "TLS Supported Groups", those in use. */
const GROUPS: Readonly<Partial<Record<number, string>>> = {
  23: 'P-256',
  24: 'P-384',
  25: 'P-521',
  29: 'X25519',
  30: 'X448',
  256: 'ffdhe2048',
  257: 'ffdhe3072',
  4588: 'X25519MLKEM768',
};

/** Of the registry "TLS ExtensionType Values", those that are looked into. */
const EXTENSIONS: Readonly<Partial<Record<number, string>>> = {
  0: 'server_name',
  5: 'status_request',
  10: 'supported_groups',
  13: 'signature_algorithms',
  16: 'application_layer_protocol_negotiation',
  35: 'session_ticket',
  41: 'pre_shared_key',
  43: 'supported_versions',
  51: 'key_share',
};

/** What a ClientHello offers and a ServerHello takes, by the names of the RFCs. Never throws. */
export function helloFacts(message: string, body: Buffer): Facts {
  try {
    if (message === 'ClientHello') return clientHello(new Reader(body));
    if (message === 'ServerHello') return serverHello(new Reader(body));
  } catch (thrown) {
    // It says that it is longer than it is; the library refuses it, and that is told elsewhere.
    if (!(thrown instanceof RangeError)) throw thrown;
  }
  return [];
}

function clientHello(reader: Reader): Facts {
  const version = versionOf(reader.number(2));
  reader.take(32);
  reader.vector(1);
  const suites = reader.vector(2);
  reader.vector(1);
  return [
    { name: 'legacy_version', value: version },
    { name: 'cipher_suites', value: bounded(suites.numbers().map(hex)) },
    ...extensions(reader, true),
  ];
}

function serverHello(reader: Reader): Facts {
  const version = versionOf(reader.number(2));
  const isRetry = reader.take(32).toString('hex') === RETRY;
  reader.vector(1);
  const suite = reader.number(2);
  reader.number(1);
  return [
    ...(isRetry ? [{ name: 'HelloRetryRequest', value: '' }] : []),
    { name: 'legacy_version', value: version },
    { name: 'cipher_suite', value: hex(suite) },
    ...extensions(reader, false),
  ];
}

function extensions(reader: Reader, offered: boolean): Facts {
  const facts: Facts = [];
  /** Each may be there once; another of the same says nothing that the library goes by. */
  const told = new Set<number>();
  const others: number[] = [];
  const all = reader.isOver ? reader : reader.vector(2);
  while (!all.isOver) {
    const type = all.number(2);
    const body = all.vector(2);
    const name = EXTENSIONS[type];
    if (name === undefined || told.has(type)) others.push(type);
    else facts.push({ name, value: bounded(extension(type, body, offered)) });
    told.add(type);
  }
  return others.length === 0 ? facts : [...facts, { name: 'extensions', value: bounded(others) }];
}

function extension(type: number, body: Reader, offered: boolean): readonly (string | number)[] {
  switch (type) {
    case 0:
      return offered ? names(body) : [];
    case 10:
      return body.vector(2).numbers().map(groupOf);
    case 13:
      return body.vector(2).numbers().map(hex);
    case 16:
      return protocols(body.vector(2));
    case 43:
      return (offered ? body.vector(1) : body).numbers().map(versionOf);
    case 51:
      return shares(body, offered);
    // Of a ticket and of a key what matters is that it is there.
    default:
      return [counted(body.length, 'byte')];
  }
}

function names(body: Reader): string[] {
  const list = body.vector(2);
  const found: string[] = [];
  while (!list.isOver) {
    list.number(1);
    found.push(list.vector(2).text());
  }
  return found;
}

function protocols(list: Reader): string[] {
  const found: string[] = [];
  while (!list.isOver) found.push(list.vector(1).text());
  return found;
}

/** A HelloRetryRequest names the group alone. */
function shares(body: Reader, offered: boolean): string[] {
  if (!offered) return [groupOf(body.number(2))];
  const list = body.vector(2);
  const found: string[] = [];
  while (!list.isOver) {
    found.push(groupOf(list.number(2)));
    list.vector(2);
  }
  return found;
}

function versionOf(number: number): string {
  return VERSIONS[number] ?? hex(number);
}

function groupOf(number: number): string {
  return GROUPS[number] ?? hex(number);
}

function hex(number: number): string {
  return number.toString(16).padStart(4, '0');
}

function bounded(items: readonly (string | number)[]): string {
  return items.join(' ').slice(0, MAX_VALUE_LENGTH);
}

/** Reads what RFC 8446 §3 calls numbers and vectors. Throws a `RangeError` at the end. */
class Reader {
  #rest: Buffer;

  constructor(bytes: Buffer) {
    this.#rest = bytes;
  }

  get length(): number {
    return this.#rest.length;
  }

  get isOver(): boolean {
    return this.#rest.length === 0;
  }

  take(count: number): Buffer {
    if (this.#rest.length < count) throw new RangeError('it is shorter than it says');
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return taken;
  }

  number(bytes: 1 | 2): number {
    return this.take(bytes).readUIntBE(0, bytes);
  }

  vector(lengthBytes: 1 | 2): Reader {
    return new Reader(this.take(this.number(lengthBytes)));
  }

  /** All that is left, two bytes each. */
  numbers(): number[] {
    const found: number[] = [];
    while (!this.isOver) found.push(this.number(2));
    return found;
  }

  text(): string {
    return this.take(this.length).toString('latin1');
  }
}
