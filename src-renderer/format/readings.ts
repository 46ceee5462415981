/** One way to read bytes as a number, in both byte orders (the same for one byte). */
export interface Reading {
  type: string;
  little: string;
  big: string;
}

interface Kind {
  type: string;
  bytes: number;
  read(view: DataView, little: boolean): number | bigint;
}

const KINDS: readonly Kind[] = [
  { type: 'u8', bytes: 1, read: (view) => view.getUint8(0) },
  { type: 'i8', bytes: 1, read: (view) => view.getInt8(0) },
  { type: 'u16', bytes: 2, read: (view, little) => view.getUint16(0, little) },
  { type: 'i16', bytes: 2, read: (view, little) => view.getInt16(0, little) },
  { type: 'u32', bytes: 4, read: (view, little) => view.getUint32(0, little) },
  { type: 'i32', bytes: 4, read: (view, little) => view.getInt32(0, little) },
  { type: 'u64', bytes: 8, read: (view, little) => view.getBigUint64(0, little) },
  { type: 'i64', bytes: 8, read: (view, little) => view.getBigInt64(0, little) },
  { type: 'f32', bytes: 4, read: (view, little) => shortest(view.getFloat32(0, little)) },
  { type: 'f64', bytes: 8, read: (view, little) => view.getFloat64(0, little) },
];

/** Every number that begins at `at` and for which there are bytes enough. Digits are not grouped. */
export function readings(bytes: Uint8Array, at: number): Reading[] {
  return KINDS.filter((kind) => at + kind.bytes <= bytes.byteLength).map((kind) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, kind.bytes);
    return {
      type: kind.type,
      little: spell(kind.read(view, true)),
      big: spell(kind.read(view, false)),
    };
  });
}

/** `01000001` of one byte. */
export function binary(byte: number): string {
  return byte.toString(2).padStart(8, '0');
}

/** -0 is a number a device can send; String() hides its sign. */
function spell(value: number | bigint): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The shortest decimal that is the same 32-bit float: 0.1 and not 0.10000000149011612. */
function shortest(value: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
