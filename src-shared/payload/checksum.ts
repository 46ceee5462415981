import crcs from 'js-crc/models';

/** A checksum of bytes that come piece by piece. */
export interface RunningChecksum {
  add: (bytes: Uint8Array) => void;
  /** Of all so far; nothing may be added any more. */
  value: () => bigint;
}

/** One way of checking bytes. Its value is what the bytes that carry it hold, high byte first. */
export interface Checksum {
  widthBytes: number;
  of: (bytes: Uint8Array) => bigint;
  begin: () => RunningChecksum;
}

/** Made of the way it is added up: each byte changes a number. */
function ofBytes(
  widthBytes: number,
  step: (sum: number, byte: number, at: number) => number,
  value: (sum: number) => bigint,
  start = 0,
): Checksum {
  const begin = (): RunningChecksum => {
    let sum = start;
    let length = 0;
    return {
      add(bytes) {
        for (const byte of bytes) sum = step(sum, byte, length++);
      },
      value: () => value(sum),
    };
  };
  return { widthBytes, begin, of: (bytes) => whole(begin(), bytes) };
}

function whole(running: RunningChecksum, bytes: Uint8Array): bigint {
  running.add(bytes);
  return running.value();
}

const add = (sum: number, byte: number): number => sum + byte;

/** Two sums, the second of the firsts, in one number. */
function double(modulus: number): (sum: number, byte: number) => number {
  return (sum, byte) => {
    const low = ((sum % 65_536) + byte) % modulus;
    return ((Math.floor(sum / 65_536) + low) % modulus) * 65_536 + low;
  };
}

/** The simple ones, which no catalogue names; `lrc` is that of Modbus ASCII, `internet` of RFC 1071. */
const SUMS: Readonly<Record<string, Checksum>> = {
  // Exact: 2^53 / 255 bytes are more than anyone adds up.
  sum8: ofBytes(1, add, (sum) => BigInt(sum) & 0xffn),
  sum16: ofBytes(2, add, (sum) => BigInt(sum) & 0xffffn),
  sum32: ofBytes(4, add, (sum) => BigInt(sum) & 0xffffffffn),
  xor8: ofBytes(1, (sum, byte) => sum ^ byte, BigInt),
  lrc: ofBytes(1, add, (sum) => -BigInt(sum) & 0xffn),
  internet: ofBytes(2, internetStep, (sum) => BigInt(~sum & 0xffff)),
  fletcher16: ofBytes(2, double(255), (sum) =>
    BigInt(Math.floor(sum / 65_536) * 256 + (sum % 256)),
  ),
  adler32: ofBytes(4, double(65_521), BigInt, 1),
};

function internetStep(sum: number, byte: number, at: number): number {
  const added = sum + (at % 2 === 0 ? byte << 8 : byte);
  return (added & 0xffff) + (added >> 16);
}

/** Of js-crc, whose own types do not resolve. */
interface CrcModel {
  array(bytes: Uint8Array): number[];
  create(): { update(bytes: Uint8Array): unknown; array(): number[] };
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
  const begin = (): RunningChecksum => {
    const crc = model.create();
    return {
      add: (bytes) => void crc.update(bytes),
      value: () => crc.array().reduce((value, byte) => value * 256n + BigInt(byte), 0n),
    };
  };
  const widthBytes = model.array(new Uint8Array(0)).length;
  return { widthBytes, begin, of: (bytes) => whole(begin(), bytes) };
}

/** All names, those used most first. */
export function checksumNames(): string[] {
  return [...Object.keys(SUMS), ...CRCS.keys()];
}
