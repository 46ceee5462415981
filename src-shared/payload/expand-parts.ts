import type { Charset } from '../encoding/charset';
import { fits, numberBytes, rangeText } from './number-type';
import type { PayloadPart, PlacedPlaceholder } from './payload-parts';
import type { PayloadContext } from './payload-template';
import { MAX_PAYLOAD_BYTES } from './payload-template';
import { placeOf, plainBytes, textBytes } from './placeholder-bytes';
import type { ByteRange, ChecksumPlaceholder, LengthPlaceholder } from './placeholder';
import type { ParsedBytes, PayloadError } from './problem';
import { failed } from './problem';

/** A part with its place in the result; `bytes` null: it depends on the others, and is not made yet. */
interface Laid {
  part: PayloadPart;
  bytes: Uint8Array | null;
  length: number;
  at: number;
}

/** Over all checksums: many of a long payload must not take for ever. */
const MAX_SUMMED_BYTES = 4 * MAX_PAYLOAD_BYTES;

/** Stops the making of a payload at what has no value. */
class NoValue extends Error {
  readonly error: PayloadError;

  constructor({ error }: { ok: false; error: PayloadError }) {
    super(error.message);
    this.error = error;
  }
}

/** All parts one after the other: what stands for itself first, then lengths, then checksums. */
export function expandParts(
  parts: readonly PayloadPart[],
  context: PayloadContext,
  charset: Charset,
): ParsedBytes {
  try {
    const laid = layOut(parts, context, charset);
    const result = new Uint8Array(endOf(laid));
    for (const one of laid) if (one.bytes) result.set(one.bytes, one.at);
    for (const one of inOrder(laid)) {
      const bytes = checksumBytes(one, result, charset);
      result.set(bytes, one.at);
    }
    return { ok: true, bytes: result };
  } catch (thrown) {
    if (thrown instanceof NoValue) return { ok: false, error: thrown.error };
    throw thrown;
  }
}

function taken(parsed: ParsedBytes): Uint8Array<ArrayBuffer> {
  if (parsed.ok) return parsed.bytes;
  throw new NoValue(parsed);
}

/** The range of a length without one is always inside. */
const EVERYTHING: ByteRange = { from: 0, to: null };

type PlacedLength = PlacedPlaceholder & { placeholder: LengthPlaceholder };
type PlacedChecksum = PlacedPlaceholder & { placeholder: ChecksumPlaceholder };

interface LaidLength extends Laid {
  part: PlacedLength;
}

interface LaidChecksum extends Laid {
  part: PlacedChecksum;
}

function isChecksum(part: PayloadPart): part is PlacedChecksum {
  return !(part instanceof Uint8Array) && part.placeholder.kind === 'checksum';
}

function isLength(part: PayloadPart): part is PlacedLength {
  return !(part instanceof Uint8Array) && part.placeholder.kind === 'length';
}

function layOut(parts: readonly PayloadPart[], context: PayloadContext, charset: Charset): Laid[] {
  let place = 0;
  let total = 0;
  const laid = parts.map((part): Laid => {
    const bytes = bytesOf(part, place++, context, charset);
    const length = bytes?.length ?? widthOf(part, charset);
    total += length;
    if (total > MAX_PAYLOAD_BYTES) throw tooLong(part);
    return { part, bytes, length, at: 0 };
  });
  settleLengths(laid, charset);
  return laid;
}

/** Null: of a length or a checksum, which the others decide. */
function bytesOf(
  part: PayloadPart,
  place: number,
  context: PayloadContext,
  charset: Charset,
): Uint8Array | null {
  if (part instanceof Uint8Array) return part;
  const { placeholder, at, found } = part;
  if (placeholder.kind === 'length' || placeholder.kind === 'checksum') return null;
  return taken(plainBytes(placeholder, context, charset, { at, found, place }));
}

/** Of what is not made yet; a length in digits has at least one. */
function widthOf(part: PayloadPart, charset: Charset): number {
  if (isLength(part)) return part.placeholder.type === 'text' ? 1 : part.placeholder.type.bytes;
  if (!isChecksum(part)) return 0;
  const { checksum, form } = part.placeholder;
  return form === 'hex' ? hexDigits(0n, part, charset).length : checksum.widthBytes;
}

function tooLong(part: PayloadPart): NoValue {
  const { at, found } = part instanceof Uint8Array ? { at: 0, found: '' } : part;
  return new NoValue(
    failed('too-long', at, found, `The payload has more than ${MAX_PAYLOAD_BYTES} bytes`),
  );
}

/** Digits that tell a length may change it; each round at least one digit more stands. */
const MAX_ROUNDS = 32;

/** Gives each part its place, and each length its value. */
function settleLengths(laid: readonly Laid[], charset: Charset): void {
  const lengths = laid.filter((one): one is LaidLength => isLength(one.part));
  place(laid);
  for (let round = 0; lengths.length > 0; round++) {
    const total = endOf(laid);
    for (const one of lengths) one.bytes = lengthBytes(one, total, charset);
    const settled = lengths.every(({ bytes, length }) => bytes?.length === length);
    const [first] = lengths;
    if (first && round === MAX_ROUNDS) throw outside(first.part, total);
    if (settled) {
      for (const { part } of lengths) rangeIn(part.placeholder.range ?? EVERYTHING, part, total);
      return;
    }
    for (const one of lengths) one.length = one.bytes?.length ?? 0;
    place(laid);
  }
}

function place(laid: readonly Laid[]): void {
  let at = 0;
  for (const one of laid) {
    one.at = at;
    at += one.length;
  }
}

function endOf(laid: readonly Laid[]): number {
  const last = laid.at(-1);
  return last ? last.at + last.length : 0;
}

function lengthBytes({ at, length, part }: LaidLength, total: number, charset: Charset) {
  const { type, range } = part.placeholder;
  const counted = placeOf(range ?? { from: at + length, to: null }, total);
  // While the digits of lengths are not settled yet, a range may end beyond.
  const value = counted ? counted.to - counted.from : 0;
  if (type === 'text') return digits(String(value), part, charset);
  if (fits(BigInt(value), type)) return numberBytes(BigInt(value), type);
  const usage = rangeText(type);
  const message = `The length is ${value}, and ${type.name} has ${usage}`;
  const { ok, error } = failed('placeholder-number', part.at, part.found, message);
  throw new NoValue({ ok, error: { ...error, usage } });
}

function digits(text: string, { at, found }: PlacedPlaceholder, charset: Charset): Uint8Array {
  return taken(textBytes(text, charset, { at, found, place: 0 }));
}

function rangeIn(
  range: ByteRange,
  part: PlacedPlaceholder,
  total: number,
): { from: number; to: number } {
  const found = placeOf(range, total);
  if (found) return found;
  throw outside(part, total);
}

function outside({ at, found }: PlacedPlaceholder, total: number): NoValue {
  return new NoValue(
    failed(
      'placeholder-range',
      at,
      found,
      `The range of ${found} lies outside of the payload, which has ${total} bytes`,
    ),
  );
}

/** What it is of: everything before it, what is asked for, or that up to the checksum itself. */
function covered({ part, at }: LaidChecksum, total: number): { from: number; to: number } {
  const range = part.placeholder.range ?? { from: 0, to: at };
  const found = rangeIn(range, part, total);
  return range.to === null && found.from <= at ? { from: found.from, to: at } : found;
}

/** Checksums such that each comes after those that it is of; one of itself is refused. */
function inOrder(laid: readonly Laid[]): LaidChecksum[] {
  const total = endOf(laid);
  const all = laid.filter((one): one is LaidChecksum => isChecksum(one.part));
  const ordered = new Set<LaidChecksum>();
  const open = new Set<LaidChecksum>();
  let summed = 0;
  function visit(one: LaidChecksum): void {
    if (ordered.has(one)) return;
    if (open.has(one)) throw ofItself(one.part);
    open.add(one);
    const { from, to } = covered(one, total);
    summed += to - from;
    if (summed > MAX_SUMMED_BYTES) throw tooLong(one.part);
    for (const other of all) if (other.at < to && other.at + other.length > from) visit(other);
    ordered.add(one);
  }
  for (const one of all) visit(one);
  return [...ordered];
}

function ofItself({ at, found }: PlacedPlaceholder): NoValue {
  return new NoValue(
    failed(
      'placeholder-range',
      at,
      found,
      `${found} would be a checksum of itself: end its range before it, such as 0..-2`,
    ),
  );
}

function checksumBytes(one: LaidChecksum, payload: Uint8Array, charset: Charset): Uint8Array {
  const { checksum, form } = one.part.placeholder;
  const { from, to } = covered(one, payload.length);
  const value = checksum.of(payload.subarray(from, to));
  if (form === 'hex') return hexDigits(value, one.part, charset);
  const { widthBytes: bytes } = checksum;
  return numberBytes(value, { name: '', bytes, kind: 'unsigned', little: form === 'le' });
}

function hexDigits(value: bigint, part: PlacedChecksum, charset: Charset): Uint8Array {
  const width = part.placeholder.checksum.widthBytes * 2;
  return digits(value.toString(16).toUpperCase().padStart(width, '0'), part, charset);
}
