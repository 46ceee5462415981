import type { RowPlaces } from '../../types';
import type { RowList } from './capture-index';
import type { FrameList } from './frame-list';
import type { RowSource } from './row-reader';

type PlacedRows = Pick<RowSource, 'index' | 'marks'>;

/** Frames looked at for the one that begins in a row: one that takes longer to end is not found. */
const MAX_FRAMES_AHEAD = 100_000;

/** The first of so many places, in order, that is not before; `length` when all are. */
function firstNotBefore(length: number, before: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function allPlaces({ index, marks }: PlacedRows): RowPlaces {
  return {
    marks,
    rowOf: (at) => at,
    placeOf: (row) => (row < index.length ? row : null),
    lengthBytes: (at) => index.lengthBytes(at),
  };
}

export function listedPlaces({ index, marks }: PlacedRows, list: RowList): RowPlaces {
  return {
    marks,
    rowOf: (at) => list.at(at),
    placeOf(row) {
      const at = firstNotBefore(list.length, (place) => list.at(place) < row);
      return at < list.length && list.at(at) === row ? at : null;
    },
    lengthBytes: (at) => index.lengthBytes(list.at(at)),
  };
}

/** Frames stand in the order in which they end. */
export function framePlaces({ marks }: PlacedRows, frames: FrameList): RowPlaces {
  return {
    marks,
    rowOf: (at) => frames.at(at).row,
    placeOf(row) {
      const first = firstNotBefore(frames.length, (place) => frames.at(place).endRow < row);
      const end = Math.min(frames.length, first + MAX_FRAMES_AHEAD);
      for (let at = first; at < end; at++) if (frames.at(at).row === row) return at;
      return null;
    },
    lengthBytes: (at) => frames.at(at).lengthBytes,
  };
}
