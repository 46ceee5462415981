import type { Row } from '../../../src-shared/contract/row';
import { hexdumpEnd, hexdumpRoom, writeHexdump } from '../../../src-shared/payload/format';
import { formatText } from '../../../src-shared/payload/text';
import type { Piece, RowFormat } from './row-format';
import { isoOfMs } from './json-line';
import { markComment } from './mark-comment';
import { PIECE_BYTES } from './pieces';

/*
 * What text2pcap(1) reads with `-D -t ISO`: before each payload a line with `I` or `O` and the time,
 * then lines of offset, bytes and characters. Rows without payload are comments.
 */

/**
 * More does not fit into one packet beside the headers that text2pcap makes with `-T`; a longer
 * payload is told as several.
 */
const MAX_PACKET_BYTES = 65_280;
const MAX_WHOLE_BYTES = 65_495;

const utf8 = new TextEncoder();

/** Written out before the next are asked for, so one room is enough. */
const lines = new Uint8Array(hexdumpRoom(PIECE_BYTES));

/** What is seen as it is. */
const PLAIN = /^[ -[\]-~]*$/;

export function hexdumpRows(): RowFormat {
  return {
    begin: () => [
      '# Written by Wirebench. To make a capture of it: text2pcap -D -t ISO FILE OUT.pcapng\n\n',
    ],
    row: rowPieces,
    end: () => [],
  };
}

function rowPieces(row: Row, bytes: () => Uint8Array): Iterable<Piece> {
  const { direction, lengthBytes, peer, number, mark } = row;
  if (direction !== 'in' && direction !== 'out') return [stateLine(row)];
  const about = ` ${isoOfMs(row.at)}`;
  const words = [`row ${String(number)} ${peer} ${String(lengthBytes)} bytes`, markOf(mark)];
  const first = `# ${visible(words.filter(Boolean).join(' '))}\n`;
  // An empty datagram has no line with an offset, so text2pcap makes no packet of it.
  if (lengthBytes === 0) return [`${first}\n`];
  return dumpPieces(first, `${direction === 'in' ? 'I' : 'O'}${about}\n`, bytes());
}

function* dumpPieces(first: string, about: string, bytes: Uint8Array): Generator<Piece> {
  yield first;
  const most = bytes.length <= MAX_WHOLE_BYTES ? MAX_WHOLE_BYTES : MAX_PACKET_BYTES;
  for (let start = 0; start < bytes.length; start += most) {
    const packet = bytes.subarray(start, start + most);
    yield about;
    for (let at = 0; at < packet.length; at += PIECE_BYTES)
      yield lines.subarray(0, writeHexdump(packet.subarray(at, at + PIECE_BYTES), at, lines));
    yield `${hexdumpEnd(packet.length)}\n`;
  }
}

function stateLine({ at, note, peer, number, mark }: Row): string {
  const error = note?.error ? `${note.error.code}: ${note.error.message}` : '';
  const told = [note?.event, error, note?.text, markOf(mark)];
  const words = [`row ${String(number)}`, isoOfMs(at), peer, ...told];
  return `# ${visible(words.filter(Boolean).join(' '))}\n\n`;
}

function markOf(mark: Row['mark']): string {
  return mark ? markComment(mark) : '';
}

/** Notes come from captures of anybody: a line end in one would begin a dump of its own. */
function visible(text: string): string {
  return PLAIN.test(text) ? text : formatText(utf8.encode(text));
}
