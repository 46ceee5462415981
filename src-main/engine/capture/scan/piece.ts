/** A piece of a stream that a match may still begin in. */
export interface Piece {
  /** In the view; -1: not shown. */
  position: number;
  hit: boolean;
}

/** Nothing more can be told of it. */
export function isSettled({ hit, position }: Piece): boolean {
  return hit || position < 0;
}

/** Of a pattern without a length of its own, so much is looked at on either side of a boundary. */
export const OPEN_BYTES = 1024;
