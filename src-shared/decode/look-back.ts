import type { Frame } from '../framing/framer';
import { Framer } from '../framing/framer';
import type { ClientDirection, Direction } from '../framing/frame';
import type { Decoded, Field } from './decoded';
import type { Decoder } from './decoders';

/** So many rows and bytes before a row are enough to know what it goes on with. */
export const LOOK_BACK_ROWS = 64;
export const LOOK_BACK_BYTES = 256 * 1024;

/** Of one row at most so many messages are decoded. */
const MAX_MESSAGES = 50;

/** What was read or written at once. */
export interface DecodeChunk {
  direction: Direction;
  bytes: Uint8Array;
}

/** A message with bytes in the chunk that was asked about. */
export interface DecodedMessage extends Decoded {
  /** In that chunk; below 0 where it began before. Fields have their ranges there too. */
  from: number;
  to: number;
  /** Its end is not in the chunk. */
  incomplete: boolean;
}

/**
 * What the messages in the last of these chunks say. The chunks before it, of the same connection and
 * in the order in which they passed, tell what is going on: they need not begin with it. What began
 * before all of them is read as if it began there. Of datagrams the last one alone is read.
 */
export function decodeLast(
  decoder: Pick<Decoder, 'framing' | 'decode'>,
  client: ClientDirection,
  passed: readonly DecodeChunk[],
  datagrams: boolean = false,
): DecodedMessage[] {
  const chunks = datagrams ? passed.slice(-1) : passed;
  const last = chunks.at(-1);
  if (!last) return [];
  const framer = new Framer(decoder.framing, { client, datagrams });
  let before = 0;
  let frames: Frame[] = [];
  for (const [n, { direction, bytes }] of chunks.entries()) {
    frames = framer.push(direction, bytes, 0);
    if (n < chunks.length - 1 && direction === last.direction) before += bytes.length;
  }
  const mine = [...frames, ...framer.end(last.direction)].filter(
    ({ direction, offset, bytes }) =>
      direction === last.direction && offset + bytes.length > before,
  );
  const side = last.direction === client ? 'client' : 'server';
  return mine.slice(0, MAX_MESSAGES).map((frame) => {
    const from = frame.offset - before;
    const { label, fields } = decoder.decode({ ...frame, side });
    const { incomplete, bytes } = frame;
    return { label, fields: shifted(fields, from), from, to: from + bytes.length, incomplete };
  });
}

function shifted(fields: readonly Field[], by: number): Field[] {
  return fields.map((field) => ({
    ...field,
    from: field.from + by,
    to: field.to + by,
    children: shifted(field.children, by),
  }));
}
