/** What the bytes of a Protobuf field look like: https://protobuf.dev/programming-guides/encoding/ */
export type WireType = 'varint' | 'fixed64' | 'bytes' | 'group' | 'fixed32';

/** One field as it stands in the bytes, its tag included. */
export interface WireField {
  number: number;
  wire: WireType;
  from: number;
  to: number;
  /** Of the value alone: of a group without its end. */
  valueFrom: number;
  valueTo: number;
}

const MAX_FIELD_NUMBER = 536_870_911;
const END_GROUP = 4;
/** Groups in groups. */
const MAX_GROUPS = 32;

/** A varint, and where it ends; null: it is cut off, or longer than ten bytes. */
export function readVarint(
  bytes: Uint8Array,
  from: number,
  end: number,
): { value: bigint; to: number } | null {
  let value = 0n;
  for (let n = 0; n < 10 && from + n < end; n++) {
    const byte = bytes[from + n] ?? 0;
    value |= BigInt(byte & 0x7f) << BigInt(7 * n);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), to: from + n + 1 };
  }
  return null;
}

/** The field at `from`; null: there is none, or it is cut off. */
export function readWireField(
  bytes: Uint8Array,
  from: number,
  end: number,
  depth = 0,
): WireField | null {
  const tag = readVarint(bytes, from, end);
  if (tag === null || tag.value > 0xffffffffn) return null;
  const number = Number(tag.value >> 3n);
  if (number < 1 || number > MAX_FIELD_NUMBER) return null;
  const made = (wire: WireType, valueFrom: number, valueTo: number, to = valueTo) =>
    to > end ? null : { number, wire, from, to, valueFrom, valueTo };
  switch (Number(tag.value & 7n)) {
    case 0: {
      const varint = readVarint(bytes, tag.to, end);
      return varint && made('varint', tag.to, varint.to);
    }
    case 1:
      return made('fixed64', tag.to, tag.to + 8);
    case 2: {
      const length = readVarint(bytes, tag.to, end);
      if (length === null || length.value > BigInt(end - length.to)) return null;
      return made('bytes', length.to, length.to + Number(length.value));
    }
    case 3: {
      const close = groupEnd(bytes, tag.to, end, number, depth + 1);
      return close && made('group', tag.to, close.from, close.to);
    }
    case 5:
      return made('fixed32', tag.to, tag.to + 4);
    default:
      return null;
  }
}

function groupEnd(
  bytes: Uint8Array,
  from: number,
  end: number,
  number: number,
  depth: number,
): { from: number; to: number } | null {
  if (depth > MAX_GROUPS) return null;
  for (let at = from; at < end;) {
    const tag = readVarint(bytes, at, end);
    if (tag === null) return null;
    if (Number(tag.value & 7n) === END_GROUP)
      return Number(tag.value >> 3n) === number ? { from: at, to: tag.to } : null;
    const field = readWireField(bytes, at, end, depth);
    if (field === null) return null;
    at = field.to;
  }
  return null;
}

/** Whether all of these bytes can be read as fields: any message can, and some texts too. */
export function looksLikeMessage(bytes: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at < end) {
    const field = readWireField(bytes, at, end);
    if (field === null) return false;
    at = field.to;
  }
  return end > from;
}

export function zigzag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}

export function fixed(bytes: Uint8Array, { valueFrom, valueTo }: WireField): bigint {
  let value = 0n;
  for (let at = valueTo - 1; at >= valueFrom; at--) value = value * 256n + BigInt(bytes[at] ?? 0);
  return value;
}

export function floating(bytes: Uint8Array, { valueFrom, valueTo }: WireField): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + valueFrom, valueTo - valueFrom);
  return valueTo - valueFrom === 4
    ? Number(view.getFloat32(0, true).toPrecision(7))
    : view.getFloat64(0, true);
}
