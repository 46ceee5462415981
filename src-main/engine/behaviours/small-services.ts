import type { Client, Piece, Talk } from './talk';

/** Seconds from 1900-01-01, where RFC 868 counts from, to 1970-01-01. */
const SECONDS_TO_1970 = 2_208_988_800;

/** RFC 864 §: characters of a line, and of the printable ASCII they are taken from. */
const LINE_CHARACTERS = 72;
const FIRST_PRINTABLE = 0x20;
const PRINTABLES = 95;

/** Lines said at a time: more often would cost a turn each, more would be heard late. */
const LINES_AT_ONCE = 64;

/** RFC 864: a datagram carries 0 to 512 characters. */
const CHARGEN_DATAGRAM_BYTES = 512;

/** RFC 862. */
export function* echo({ input }: Client): Talk {
  for (;;) {
    const bytes = yield* input.some();
    if (bytes === null) return;
    yield bytes;
  }
}

/** RFC 863. */
export function* discard({ input }: Client): Talk {
  while ((yield* input.some()) !== null);
}

/** RFC 864: lines until the peer closes, whatever it says. */
export function* chargen({ input }: Client): Talk {
  for (let line = 0; ; line += LINES_AT_ONCE) {
    yield patternLines(line, LINES_AT_ONCE);
    // What came is thrown away at once: it would hold reading, and then nobody would hear its end.
    while (input.length > 0) yield* input.some();
  }
}

/** RFC 864 over UDP: as many whole lines as fit. */
export function chargenDatagram(): Uint8Array {
  return patternLines(0, Math.floor(CHARGEN_DATAGRAM_BYTES / (LINE_CHARACTERS + 2)));
}

/** RFC 867 leaves the form open; this one says its time zone. */
export function daytimeText(at = new Date()): Uint8Array {
  return Buffer.from(`${at.toUTCString()}\r\n`);
}

/** RFC 868: 32 bits, seconds since 1900, which begin again in 2036. */
export function timeBytes(at = Date.now()): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE((Math.floor(at / 1000) + SECONDS_TO_1970) % 2 ** 32);
  return bytes;
}

/** One thing said once, as soon as somebody is there. */
export function sayOnce(say: () => Piece): (client: Client) => Talk {
  return function* () {
    yield say();
  };
}

/** The same text for every read in which something came. */
export function replying(text: Uint8Array): (client: Client) => Talk {
  return function* ({ input }) {
    for (;;) {
      if ((yield* input.some()) === null) return;
      yield text;
    }
  };
}

function patternLines(first: number, count: number): Buffer {
  const bytes = Buffer.alloc(count * (LINE_CHARACTERS + 2));
  let at = 0;
  for (let line = first; line < first + count; line++) {
    for (let column = 0; column < LINE_CHARACTERS; column++)
      bytes[at++] = FIRST_PRINTABLE + ((line + column) % PRINTABLES);
    bytes[at++] = 0x0d;
    bytes[at++] = 0x0a;
  }
  return bytes;
}
