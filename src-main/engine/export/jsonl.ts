import type { Decoder } from '../../../src-shared/decode/decoders';
import type { Row } from '../../../src-shared/contract/row';
import type { Piece, RowFormat } from './row-format';
import { jsonLine } from './json-line';
import { jsonRow } from './json-row';
import { hexPieces } from './pieces';

const NONE = new Uint8Array(0);
const HEX = '"hex":"';

/** One object a line, as `capture rows --print json` prints it. */
export function jsonRows(decoder: Decoder | null): RowFormat {
  return {
    begin: () => [],
    row: (row, bytes) => linePieces(row, bytes(), decoder),
    end: () => [],
  };
}

function* linePieces(row: Row, bytes: Uint8Array, decoder: Decoder | null): Generator<Piece> {
  const { frame } = row;
  const decoded = decoder && frame ? decoder.decode({ ...frame, bytes }) : null;
  if (bytes.length === 0) {
    yield `${jsonLine(jsonRow(row, bytes, decoded))}\n`;
    return;
  }
  // The line is made around the hex of its payload; what stands before it is all our own.
  const line = jsonLine({ ...jsonRow(row, NONE, decoded), bytes: bytes.length });
  const at = line.indexOf(HEX) + HEX.length;
  yield line.slice(0, at);
  yield* hexPieces(bytes);
  yield `${line.slice(at)}\n`;
}
