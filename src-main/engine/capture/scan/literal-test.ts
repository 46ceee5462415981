import type { Literal } from './required-literals';

/** What finds ASCII letters whatever their case, in bytes as U+0000 to U+00FF. */
export function anyCaseRegex(bytes: Uint8Array): RegExp {
  const source = Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  return new RegExp(source, 'gi');
}

/** Bytes as U+0000 to U+00FF. */
export function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

/** Whether one of some literals is in bytes, or on a boundary between them. */
export class LiteralTest {
  readonly #exact: readonly Uint8Array[];
  readonly #anyCase: readonly RegExp[];
  /** Bytes of the longest that can stand on one side of a boundary. */
  readonly #sideBytes: number;

  constructor(literals: readonly Literal[]) {
    this.#exact = literals.filter(({ anyCase }) => !anyCase).map(({ bytes }) => bytes);
    this.#anyCase = literals
      .filter(({ anyCase }) => anyCase)
      .map(({ bytes }) => anyCaseRegex(bytes));
    this.#sideBytes = Math.max(0, ...literals.map(({ bytes }) => bytes.length - 1));
  }

  /** None of them is in these bytes alone. */
  lacks(bytes: Uint8Array): boolean {
    const { buffer, byteOffset, byteLength } = bytes;
    const data = Buffer.from(buffer, byteOffset, byteLength);
    for (const literal of this.#exact) if (data.indexOf(literal) !== -1) return false;
    if (this.#anyCase.length === 0) return true;
    const text = data.toString('latin1');
    return this.#anyCase.every((regex) => {
      regex.lastIndex = 0;
      return !regex.test(text);
    });
  }

  /** One may begin in the end of a stream and go on in what comes next. */
  crosses(edge: Uint8Array, next: Uint8Array): boolean {
    if (this.#sideBytes === 0) return false;
    const end = edge.subarray(Math.max(0, edge.length - this.#sideBytes));
    return !this.lacks(Buffer.concat([end, next.subarray(0, this.#sideBytes)]));
  }

  /** The end of a stream that `crosses` needs, when `bytes` follow on what it was. */
  edge(before: Uint8Array | null, bytes: Uint8Array): Uint8Array {
    const missing = this.#sideBytes - bytes.length;
    if (missing <= 0) return bytes.slice(bytes.length - this.#sideBytes);
    if (before === null || before.length === 0) return bytes;
    return Buffer.concat([before.subarray(Math.max(0, before.length - missing)), bytes]);
  }
}
