/** One element of DER: its tag, where it begins, and where its content stands (X.690 §8.1). */
export interface Element {
  tag: number;
  from: number;
  start: number;
  end: number;
}

export const TAG = {
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  time: 0x18,
  sequence: 0x30,
} as const;

/** All of some bytes. */
export function whole(bytes: Uint8Array): Element {
  return { tag: 0, from: 0, start: 0, end: bytes.byteLength };
}

/** Those that are whole; what is read here has few, so more than a hundred are not looked at. */
export function elements(bytes: Uint8Array, { start, end }: Pick<Element, 'start' | 'end'>) {
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
    found.push({ tag, from: at, start: content, end: content + size });
    at = content + size;
  }
  return found;
}

/** The elements of the one element of that tag inside another. */
export function inside(
  bytes: Uint8Array,
  within: Pick<Element, 'start' | 'end'>,
  tag: number,
): Element[] {
  const [only] = elements(bytes, within);
  return only?.tag === tag ? elements(bytes, only) : [];
}

/** The content. */
export function contentOf(bytes: Uint8Array, { start, end }: Element): Uint8Array {
  return bytes.subarray(start, end);
}

/** With its tag and length. */
export function elementOf(bytes: Uint8Array, { from, end }: Element): Uint8Array {
  return bytes.subarray(from, end);
}

/** The bits of a BIT STRING of whole bytes; null: it is none. */
export function bitsOf(bytes: Uint8Array, of: Element | undefined): Uint8Array | null {
  if (of?.tag !== TAG.bits || bytes[of.start] !== 0) return null;
  return bytes.subarray(of.start + 1, of.end);
}

/** `1.2.840.113549`, of an OBJECT IDENTIFIER (X.690 §8.19); empty: it is none. */
export function oidOf(bytes: Uint8Array, of: Element | undefined): string {
  if (of?.tag !== TAG.oid) return '';
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of contentOf(bytes, of)) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    // The first two arcs are one number.
    if (arcs.length === 0) arcs.push(Math.min(2, Math.floor(arc / 40)));
    arcs.push(arcs.length === 1 ? arc - 40 * (arcs[0] ?? 0) : arc);
    arc = 0;
  }
  return arcs.join('.');
}

/** GeneralizedTime as RFC 5280 §4.1.2.5.2 has it, epoch ms. */
export function timeOf(bytes: Uint8Array, of: Element | undefined): number | null {
  if (of?.tag !== TAG.time) return null;
  const text = String.fromCharCode(...contentOf(bytes, of).subarray(0, 20));
  const part = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!part) return null;
  const [, year, month, day, hour, minute, second] = part;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at) ? null : at;
}
