import type { Row } from '../../../src-shared/contract/row';

/** A part of the file; bytes are valid until the next piece is asked for. */
export type Piece = string | Uint8Array;

/** A way to write rows. Pieces are small enough that sockets are not held up between two of them. */
export interface RowFormat {
  begin(): Iterable<Piece>;
  /** `bytes` reads all of the payload. Of no pieces: the row has no place in this format. */
  row(row: Row, bytes: () => Uint8Array): Iterable<Piece>;
  end(): Iterable<Piece>;
}
