import { readFields, type Request } from './http-request';
import { TOO_LONG, type Input } from './input';
import type { Upload } from './room';
import type { Hearing } from './hearing';

/** A chunk's size with its extensions. */
const MAX_CHUNK_LINE = 256;

/** Taken at a time. */
const PIECE_BYTES = 64 * 1024;

/** How a body was read: to its end, to that of the connection, or to what is no body. */
export type BodyEnd = 'complete' | 'gone' | 'malformed' | 'refused';

/** Stops at once when the upload is refused: what is left of the body is not read. */
export function* readBody(input: Input, body: Request['body'], into: Upload): Hearing<BodyEnd> {
  switch (body.kind) {
    case 'none':
      return 'complete';
    case 'length':
      return yield* readBytes(input, body.bytes, into);
    case 'chunked':
      return yield* readChunks(input, into);
    default:
      return body satisfies never;
  }
}

function* readBytes(input: Input, count: number, into: Upload): Hearing<BodyEnd> {
  for (let left = count; left > 0;) {
    const bytes = yield* input.some(Math.min(left, PIECE_BYTES));
    if (bytes === null) return 'gone';
    into.add(bytes);
    if (into.refused !== null) return 'refused';
    left -= bytes.byteLength;
  }
  return 'complete';
}

/** RFC 9112 §7.1. */
function* readChunks(input: Input, into: Upload): Hearing<BodyEnd> {
  for (;;) {
    const line = yield* input.line(MAX_CHUNK_LINE);
    if (line === null) return 'gone';
    const size = line === TOO_LONG ? null : /^([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?$/.exec(line)?.[1];
    if (size === null || size === undefined) return 'malformed';
    const bytes = parseInt(size, 16);
    if (bytes === 0) {
      const trailer = yield* readFields(input);
      return trailer === null ? 'gone' : 'status' in trailer ? 'malformed' : 'complete';
    }
    const end = yield* readBytes(input, bytes, into);
    if (end !== 'complete') return end;
    const after = yield* input.line(0);
    if (after === null) return 'gone';
    if (after !== '') return 'malformed';
  }
}
