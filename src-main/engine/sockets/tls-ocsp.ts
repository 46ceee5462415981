import type { StapledStatus } from '../../../src-shared/contract/tls';

/** One element of DER: its tag and where its content stands (X.690 §8.1). */
interface Element {
  tag: number;
  start: number;
  end: number;
}

const SEQUENCE = 0x30;
const OCTETS = 0x04;
const ENUMERATED = 0x0a;
const TIME = 0x18;
/** [0] … [2], constructed or not, of what an answer says of one certificate (RFC 6960 §4.2.1). */
const STATUSES: Readonly<Partial<Record<number, StapledStatus['status']>>> = {
  0x80: 'good',
  0xa1: 'revoked',
  0x82: 'unknown',
};

/**
 * What a stapled OCSP response (RFC 6960) says of the first certificate in it. Its signature is not
 * checked here: it is told, not trusted. Never throws.
 */
export function stapledStatus(bytes: Uint8Array): StapledStatus {
  const unreadable: StapledStatus = {
    status: 'unreadable',
    thisUpdate: null,
    nextUpdate: null,
    bytes: bytes.byteLength,
  };
  return read(bytes) ?? unreadable;
}

function read(bytes: Uint8Array): StapledStatus | null {
  const [outer] = elements(bytes, { start: 0, end: bytes.byteLength });
  if (outer?.tag !== SEQUENCE) return null;
  const [result, wrapped] = elements(bytes, outer);
  if (result?.tag !== ENUMERATED || bytes[result.start] !== 0 || !wrapped) return null;
  const octets = inside(bytes, wrapped, SEQUENCE)[1];
  if (octets?.tag !== OCTETS) return null;
  const data = inside(bytes, octets, SEQUENCE)[0];
  if (data?.tag !== SEQUENCE) return null;
  // Version and responder come before the time it was made at; the answers are the list after it.
  const parts = elements(bytes, data);
  const made = parts.findIndex(({ tag }) => tag === TIME);
  const answers = parts[made + 1];
  if (made === -1 || answers?.tag !== SEQUENCE) return null;
  const [answer] = elements(bytes, answers);
  if (answer?.tag !== SEQUENCE) return null;
  const [, status, from, until] = elements(bytes, answer);
  const told = STATUSES[status?.tag ?? 0];
  if (told === undefined) return null;
  const next = until?.tag === 0xa0 ? elements(bytes, until)[0] : undefined;
  return {
    status: told,
    thisUpdate: timeAt(bytes, from),
    nextUpdate: timeAt(bytes, next),
    bytes: bytes.byteLength,
  };
}

/** The elements of the one element of that tag inside another. */
function inside(bytes: Uint8Array, within: Omit<Element, 'tag'>, tag: number): Element[] {
  const [only] = elements(bytes, within);
  return only?.tag === tag ? elements(bytes, only) : [];
}

/** Those that are whole; an answer has few, so more than a hundred are not looked at. */
function elements(bytes: Uint8Array, { start, end }: Omit<Element, 'tag'>): Element[] {
  const found: Element[] = [];
  let at = start;
  while (at + 2 <= end && found.length < 100) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1] ?? 0;
    const more = first < 0x80 ? 0 : first & 0x7f;
    if (more > 4) return found;
    let size = first < 0x80 ? first : 0;
    for (let n = 0; n < more; n++) size = size * 256 + (bytes[at + 2 + n] ?? 0);
    const content = at + 2 + more;
    if (content + size > end) return found;
    found.push({ tag, start: content, end: content + size });
    at = content + size;
  }
  return found;
}

/** GeneralizedTime as RFC 5280 §4.1.2.5.2 has it. */
function timeAt(bytes: Uint8Array, element: Element | undefined): number | null {
  if (element?.tag !== TIME) return null;
  const text = String.fromCharCode(...bytes.subarray(element.start, element.end).subarray(0, 20));
  const part = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!part) return null;
  const [, year, month, day, hour, minute, second] = part;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at) ? null : at;
}
