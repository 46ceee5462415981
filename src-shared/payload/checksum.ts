import crcs from 'js-crc/models';

/** One way of checking bytes. Its value is what the bytes that carry it hold, high byte first. */
export interface Checksum {
  widthBytes: number;
  of: (bytes: Uint8Array) => bigint;
}

/** The simple ones, which no catalogue names; `lrc` is that of Modbus ASCII, `internet` of RFC 1071. */
const SUMS: Readonly<Record<string, Checksum>> = {
  sum8: { widthBytes: 1, of: (bytes) => total(bytes) & 0xffn },
  sum16: { widthBytes: 2, of: (bytes) => total(bytes) & 0xffffn },
  sum32: { widthBytes: 4, of: (bytes) => total(bytes) & 0xffffffffn },
  xor8: { widthBytes: 1, of: (bytes) => BigInt(bytes.reduce((a, b) => a ^ b, 0)) },
  lrc: { widthBytes: 1, of: (bytes) => -total(bytes) & 0xffn },
  internet: { widthBytes: 2, of: internet },
  fletcher16: { widthBytes: 2, of: fletcher16 },
  adler32: { widthBytes: 4, of: adler32 },
};

function total(bytes: Uint8Array): bigint {
  // Exact: 2^53 / 255 bytes are more than any frame has.
  return BigInt(bytes.reduce((a, b) => a + b, 0));
}

function internet(bytes: Uint8Array): bigint {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    sum += ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return BigInt(~sum & 0xffff);
}

function fletcher16(bytes: Uint8Array): bigint {
  let [low, high] = [0, 0];
  for (const byte of bytes) {
    low = (low + byte) % 255;
    high = (high + low) % 255;
  }
  return BigInt(high * 256 + low);
}

function adler32(bytes: Uint8Array): bigint {
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return BigInt(high) * 65_536n + BigInt(low);
}

/** Of js-crc, whose own types do not resolve. */
interface CrcModel {
  array(bytes: Uint8Array): number[];
}

/** By name: `crc-16/modbus`, `CRC-16/MODBUS` and `crc_16_modbus` are one. */
const CRCS = new Map(Object.entries<CrcModel>(crcs));

/** A checksum by its name: a CRC of the reveng catalogue, or one of the simple ones. Null: none. */
export function findChecksum(name: string): Checksum | null {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  const sum = Object.hasOwn(SUMS, plain) ? SUMS[plain] : undefined;
  if (sum) return sum;
  const model = CRCS.get(plain);
  if (!model) return null;
  const of = (bytes: Uint8Array) =>
    model.array(bytes).reduce((value, byte) => value * 256n + BigInt(byte), 0n);
  return { widthBytes: model.array(new Uint8Array(0)).length, of };
}

/** All names, those used most first. */
export function checksumNames(): string[] {
  return [...Object.keys(SUMS), ...CRCS.keys()];
}
