/**
 * What streams are read into: one buffer that all of them share, since what one read brought is
 * recorded before the next one begins. With a buffer of its own for each read, as Node does it, half
 * of the time goes into memory that no cache holds any more.
 *
 * It lies in WebAssembly's memory, where 16 bytes can be added up at a time: for the checksums of a
 * capture JavaScript takes ten times as long.
 */

/**
 * Full segments of a capture, so that none is short. With half or twice as much a stream passes more
 * slowly: more calls, or memory that leaves the processor's cache.
 */
const READ_BYTES = 8 * 65_495;

const PAGE_BYTES = 65_536;

/** The sum takes so many bytes at a time. */
const STRIDE_BYTES = 64;

/*
 * The module, as the WebAssembly core specification 2.0 (§5) writes it. In words: import a memory;
 * export `sum(from, to)`, which adds up the little-endian 16-bit words of the bytes between, 64 of
 * them a turn, in four times four lanes. A lane holds 2^32, so a call may take 512 KiB.
 */
const I32 = 0x7f;
const F64 = 0x7c;
const V128 = 0x7b;

/** A section or another thing that says its length first; all of ours are shorter than 16 KiB. */
function sized(body: readonly number[]): number[] {
  const { length } = body;
  return [...(length < 128 ? [length] : [(length & 127) | 128, length >> 7]), ...body];
}

const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const I32X4_ADD = [0xfd, 0xae, 0x01];

/** The lane's words at `offset` of the turn's bytes, in pairs, onto its sums. */
const addWords = (lane: number, offset: number) => [
  ...[LOCAL_GET, lane, LOCAL_GET, 0],
  ...[0xfd, 0x00, 0, offset], // v128.load, not aligned
  ...[0xfd, 0x7f], // i32x4.extadd_pairwise_i16x8_u
  ...I32X4_ADD,
  ...[LOCAL_SET, lane],
];

const SUM = [
  ...[1, 4, V128], // locals 2 to 5: the lanes
  ...[0x03, 0x40], // loop
  ...[...addWords(2, 0), ...addWords(3, 16), ...addWords(4, 32), ...addWords(5, 48)],
  ...[LOCAL_GET, 0, 0x41, 0xc0, 0x00, 0x6a, 0x22, 0], // from += 64
  ...[LOCAL_GET, 1, 0x49, 0x0d, 0], // again while from < to
  0x0b,
  ...[LOCAL_GET, 2, LOCAL_GET, 3, ...I32X4_ADD],
  ...[LOCAL_GET, 4, ...I32X4_ADD, LOCAL_GET, 5, ...I32X4_ADD, LOCAL_SET, 2],
  // The four sums of what is left, as i64: together they may be more than 2^32.
  ...[0, 1, 2, 3].flatMap((place) => [
    ...[LOCAL_GET, 2, 0xfd, 0x1b, place, 0xad],
    ...(place === 0 ? [] : [0x7c]),
  ]),
  0xba, // f64.convert_i64_u
  0x0b,
];

const MODULE = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, ...sized([1, 0x60, 2, I32, I32, 1, F64])], // types: (i32, i32) -> f64
  ...[2, ...sized([1, 1, 0x6d, 1, 0x6d, 2, 0, 1])], // imports: "m" "m", a memory of 1 page or more
  ...[3, ...sized([1, 0])], // functions: of type 0
  ...[7, ...sized([1, 1, 0x73, 0, 0])], // exports: "s", function 0
  ...[10, ...sized([1, ...sized(SUM)])], // code
]);

type Sum = (from: number, to: number) => number;

/** As much of it as is used here: neither Node's types nor TypeScript's without a browser have it. */
declare const WebAssembly: {
  Memory: new (of: { initial: number }) => { readonly buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: { s: Sum } };
};

export class ReadMemory {
  /**
   * Overwritten by the next read: what is needed after the call is to be copied. No `Buffer`, whose
   * `slice` copies nothing.
   */
  readonly bytes: Uint8Array;
  readonly #sum: Sum;

  constructor() {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(READ_BYTES / PAGE_BYTES) });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(MODULE), {
      m: { m: memory },
    });
    this.#sum = exports.s;
    this.bytes = new Uint8Array(memory.buffer, 0, READ_BYTES);
  }

  /** How much of `length` bytes `sum` can take: nothing of bytes that lie elsewhere. */
  summable(bytes: Uint8Array, length: number): number {
    return bytes.buffer === this.bytes.buffer ? length & -STRIDE_BYTES : 0;
  }

  /**
   * The sum of the 16-bit words of `length` bytes from `begin` on, not folded (RFC 1071), in the
   * byte order of the machine. `length` is what `summable` said, and not 0.
   */
  sum(bytes: Uint8Array, begin: number, length: number): number {
    const from = bytes.byteOffset + begin;
    return this.#sum(from, from + length);
  }
}
