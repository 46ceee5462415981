import type { Grammar, Head } from './nested';
import { head } from './nested';

/** From c0 on (MessagePack specification, “formats”). */
const FROM_C0: readonly (Head | null)[] = [
  head('nothing', 0),
  null,
  head('nothing', 0),
  head('nothing', 0),
  ...[1, 2, 4].map((width) => head('bytes', width)),
  ...[1, 2, 4].map((width) => head('bytes', width, 0, 1)),
  ...[4, 8, 1, 2, 4, 8, 1, 2, 4, 8].map((bytes) => head('nothing', 0, 0, bytes)),
  ...[1, 2, 4, 8, 16].map((bytes) => head('nothing', 0, 0, 1 + bytes)),
  ...[1, 2, 4].map((width) => head('bytes', width)),
  ...[2, 4].map((width) => head('items', width)),
  ...[2, 4].map((width) => head('pairs', width)),
];

function msgpackHead(byte: number): Head | null {
  if (byte < 0x80 || byte >= 0xe0) return head('nothing', 0);
  if (byte < 0x90) return head('pairs', 0, byte & 15);
  if (byte < 0xa0) return head('items', 0, byte & 15);
  if (byte < 0xc0) return head('bytes', 0, byte & 31);
  return FROM_C0[byte - 0xc0] ?? null;
}

export const MSGPACK: Grammar = Array.from({ length: 256 }, (_, byte) => msgpackHead(byte));
