import fc from 'fast-check';
import type { Frame } from '../../../src-shared/framing/framer';
import { Framer } from '../../../src-shared/framing/framer';
import { parseFraming } from '../../../src-shared/framing/framing';

export function framer(text: string, client: 'in' | 'out' = 'out', maxBytes?: number): Framer {
  const parsed = parseFraming(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return new Framer(parsed.framing, maxBytes === undefined ? { client } : { client, maxBytes });
}

export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/** What is the same however the stream was cut into chunks. */
export function essence({ direction, role, bytes, offset, part, incomplete }: Frame): string {
  const marks = [part !== 'whole' && part, incomplete && 'incomplete'].filter(Boolean).join(' ');
  return `${direction} ${offset} ${role} ${JSON.stringify(latin1(bytes))} ${marks}`.trimEnd();
}

/** All frames of one direction pushed in these chunks, then ended. */
export function framesOf(of: Framer, chunks: readonly Uint8Array[]): Frame[] {
  const frames = chunks.flatMap((chunk, n) => of.push('in', chunk, n));
  return [...frames, ...of.end('in')];
}

/** The bytes cut at places that fast-check chooses. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places.map((at) => at % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  return [...ends, bytes.length].map((end) => {
    const chunk = bytes.slice(from, end);
    from = end;
    return chunk;
  });
}

export const places = fc.array(fc.nat(5000), { maxLength: 20 });
