/** How a number stands in bytes. */
export interface NumberType {
  name: string;
  bytes: number;
  kind: 'unsigned' | 'signed' | 'float';
  little: boolean;
}

/** `u8 i8`, and with `be` or `le` behind them `u16 i16 u24 i24 u32 i32 u64 i64 f32 f64`. */
export const NUMBER_TYPES: ReadonlyMap<string, NumberType> = new Map(
  ['u8', 'i8', ...[16, 24, 32, 64].flatMap((bits) => [`u${bits}`, `i${bits}`]), 'f32', 'f64']
    .flatMap((base): NumberType[] => {
      const bytes = Number(base.slice(1)) / 8;
      const kind = base.startsWith('u') ? 'unsigned' : base.startsWith('i') ? 'signed' : 'float';
      if (bytes === 1) return [{ name: base, bytes, kind, little: false }];
      return [
        { name: `${base}be`, bytes, kind, little: false },
        { name: `${base}le`, bytes, kind, little: true },
      ];
    })
    .map((type) => [type.name, type]),
);

/** `12`, `-0x1F`, of floats `1.5e3`; null: it is none, or none of that type. */
export function readNumber(text: string, { kind }: NumberType): bigint | number | null {
  const whole = /^([+-]?)(\d+|0x[0-9a-f]+)$/i.exec(text);
  if (whole) {
    const value = BigInt(whole[2] ?? '');
    const signed = whole[1] === '-' ? -value : value;
    return kind === 'float' ? Number(signed) : signed;
  }
  if (kind !== 'float') return null;
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return Number(text);
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (!special) return null;
  if (special[2]?.toLowerCase() === 'nan') return NaN;
  return special[1] === '-' ? -Infinity : Infinity;
}

/** The least and the greatest whole number; null of floats. */
function limitsOf({ bytes, kind }: NumberType): { least: bigint; most: bigint } | null {
  const bits = BigInt(bytes * 8);
  switch (kind) {
    case 'unsigned':
      return { least: 0n, most: (1n << bits) - 1n };
    case 'signed':
      return { least: -(1n << (bits - 1n)), most: (1n << (bits - 1n)) - 1n };
    case 'float':
      return null;
    default:
      return kind satisfies never;
  }
}

/** For messages: what the type has. */
export function rangeText(type: NumberType): string {
  const limits = limitsOf(type);
  return limits ? `${limits.least} … ${limits.most}` : '1.5, -2e3, inf, nan';
}

export function fits(value: bigint | number, type: NumberType): boolean {
  const limits = limitsOf(type);
  if (limits !== null)
    return typeof value === 'bigint' && value >= limits.least && value <= limits.most;
  // As a float of 4 bytes a number beyond its range would become infinite.
  const asked = Number(value);
  return type.bytes === 8 || !Number.isFinite(asked) || Number.isFinite(Math.fround(asked));
}

/** The bytes of a number that fits; a whole number that does not is cut to its lowest bits. */
export function numberBytes(value: bigint | number, type: NumberType): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(type.bytes);
  if (type.kind === 'float') {
    const view = new DataView(bytes.buffer);
    if (type.bytes === 4) view.setFloat32(0, Number(value), type.little);
    else view.setFloat64(0, Number(value), type.little);
    return bytes;
  }
  let rest = BigInt.asUintN(type.bytes * 8, BigInt(value));
  for (let n = 0; n < type.bytes; n++, rest >>= 8n)
    bytes[type.little ? n : type.bytes - 1 - n] = Number(rest & 0xffn);
  return bytes;
}
