import type { BitsOf, WholeField } from '../../contract/layout';
import { bitRange, widthBits } from './layout-check';

/** The whole number in these bytes. */
export function readWhole(bytes: Uint8Array, little: boolean, signed: boolean): bigint {
  let value = 0n;
  for (let n = 0; n < bytes.length; n++)
    value = value * 256n + BigInt(bytes[little ? bytes.length - 1 - n : n] ?? 0);
  return signed ? BigInt.asIntN(bytes.length * 8, value) : value;
}

export function readFloat(bytes: Uint8Array, little: boolean): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.length === 4 ? view.getFloat32(0, little) : view.getFloat64(0, little);
}

/** A number as the layout wants it to be shown: raw, or what it means. */
export interface ShownNumber {
  text: string;
  number: number;
}

interface Meaning {
  scale?: number | undefined;
  plus?: number | undefined;
  unit?: string | undefined;
}

export function wholeText(value: bigint, field: WholeField): ShownNumber {
  const name = nameOf(value, field.names);
  if (name !== null) return { text: `${name} (${value})`, number: Number(value) };
  if (field.scale !== undefined || field.plus !== undefined) return meant(Number(value), field);
  const text =
    field.show === 'hex'
      ? radix(value, widthBits(field.type), 16, '0x', 4)
      : field.show === 'binary'
        ? radix(value, widthBits(field.type), 2, '0b', 1)
        : String(value);
  return { text: withUnit(text, field), number: Number(value) };
}

export function floatText(value: number, field: Meaning, digits: number): ShownNumber {
  return meant(value, field, digits);
}

/** The value of some bits of a number that was read. */
export function bitsText(whole: bigint, { at, names }: BitsOf): ShownNumber & { value: bigint } {
  const [low, high] = bitRange(at);
  const value = (whole >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);
  const name = nameOf(value, names);
  return {
    value,
    text: name === null ? String(value) : `${name} (${value})`,
    number: Number(value),
  };
}

/** Rounded to what the bytes hold: 0.1 + 0.2 is 0.3 to people. */
function meant(raw: number, field: Meaning, digits = 12): ShownNumber {
  const exact = raw * (field.scale ?? 1) + (field.plus ?? 0);
  const number = Number.isFinite(exact) ? Number(exact.toPrecision(digits)) : exact;
  return { text: withUnit(String(number), field), number };
}

function withUnit(text: string, { unit }: Meaning): string {
  return unit === undefined ? text : `${text} ${unit}`;
}

function radix(
  value: bigint,
  bits: number,
  base: number,
  sign: string,
  bitsADigit: number,
): string {
  const digits = BigInt.asUintN(bits, value).toString(base);
  return sign + digits.padStart(bits / bitsADigit, '0');
}

function nameOf(value: bigint, names: Readonly<Record<string, string>> | undefined): string | null {
  if (names === undefined) return null;
  const decimal = String(value);
  if (Object.hasOwn(names, decimal)) return names[decimal] ?? null;
  // Written in hex: 0x0A and 0xa are one.
  for (const [key, name] of Object.entries(names))
    if (key.toLowerCase().startsWith('0x') && BigInt(key) === value) return name;
  return null;
}

export function constantOf(text: number | string): bigint {
  return BigInt(text);
}
