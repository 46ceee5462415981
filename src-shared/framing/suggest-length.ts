import type { FramingSuggestion } from '../contract/highlight';
import { formatFraming } from './framing';
import type { LengthField } from './framing';
import type { Way } from './sampled-stream';

/** Where length fields stand in the frames of protocols, bytes. */
const OFFSETS = [0, 1, 2, 3, 4, 5, 6, 7, 8];

/**
 * The plainest first: of a field with zeros before it, the wider one that begins the frame is meant,
 * and in the middle of one, two bytes.
 */
const FIELDS: readonly Pick<LengthField, 'width' | 'endian'>[] = [
  { width: 2, endian: 'be' },
  { width: 2, endian: 'le' },
  { width: 4, endian: 'be' },
  { width: 4, endian: 'le' },
  { width: 1, endian: 'be' },
];

/** What stands behind the counted bytes: nothing, or a checksum. */
const TRAILERS = [0, 1, 2, 4];

/** A frame is at most this long, or it is no length that was read. */
const MAX_BYTES = 16 * 1024;

/**
 * So many chunks must end where a frame does. Of a transfer that was cut anywhere, so many frames must
 * follow each other, in far fewer chunks.
 */
const LEAST_ALIGNED = 4;
const LEAST_FRAMES = 32;
const FRAMES_PER_CHUNK = 4;

/** Lengths that differ: what never changes is a size. */
const LEAST_LENGTHS = 2;
/** One byte is too easily any number. */
const LEAST_LENGTHS_U8 = 3;

/** A length field by which every frame ends where the next begins, and chunks end where frames do. */
export function suggestLength(ways: readonly Way[]): FramingSuggestion | null {
  const fields = [...FIELDS.filter(({ width }) => width === 4), ...FIELDS].flatMap((field, n) =>
    // Four bytes at the very beginning are looked for before all others.
    (n < 2 ? [0] : OFFSETS).map((offset) => ({ ...field, offset })),
  );
  for (const { width, endian, offset } of fields)
    for (const extra of extrasOf(offset, width)) {
      const field: LengthField = { kind: 'len', width, endian, offset, extra };
      const fit = fits(ways, field);
      if (fit) return { framing: formatFraming(field), evidence: { kind: 'length', ...fit } };
    }
  return null;
}

/** The field counts what follows it, or the whole frame, with or without what stands behind. */
function extrasOf(offset: number, width: number): number[] {
  return [...TRAILERS.map((trailer) => offset + width + trailer), 0];
}

function fits(ways: readonly Way[], field: LengthField): { held: number; of: number } | null {
  const lengths = new Set<number>();
  let frames = 0;
  let held = 0;
  let chunks = 0;
  for (const { bytes, ends } of ways) {
    const frameEnds = endsOfFrames(bytes, field, lengths);
    if (frameEnds === null) return null;
    frames += frameEnds.size;
    chunks += ends.length;
    held += ends.filter((end) => frameEnds.has(end)).length;
  }
  const least = field.width === 1 ? LEAST_LENGTHS_U8 : LEAST_LENGTHS;
  if (lengths.size < least) return null;
  const aligned = held >= LEAST_ALIGNED && held >= chunks * 0.9;
  const many = field.width > 1 && frames >= LEAST_FRAMES && frames >= chunks * FRAMES_PER_CHUNK;
  return aligned || many ? { held, of: chunks } : null;
}

/** Null: a length is none. The last frame may be cut. */
function endsOfFrames(
  bytes: Uint8Array,
  { width, endian, offset, extra }: LengthField,
  lengths: Set<number>,
): Set<number> | null {
  const ends = new Set<number>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + offset + width <= bytes.length;) {
    const place = at + offset;
    const little = endian === 'le';
    const value =
      width === 1
        ? view.getUint8(place)
        : width === 2
          ? view.getUint16(place, little)
          : view.getUint32(place, little);
    const length = value + extra;
    if (length < offset + width || length > MAX_BYTES) return null;
    at += length;
    if (at > bytes.length) break;
    lengths.add(length);
    ends.add(at);
  }
  return ends;
}
