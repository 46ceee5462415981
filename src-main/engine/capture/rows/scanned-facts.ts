import type { RowFacts } from '../../../../src-shared/filter/matcher';
import type { RowTime } from './row-reader';

/** A row, or a frame, as it is looked at: until the next one is. */
export interface ScannedFacts extends RowFacts {
  readonly flow: number;
  /** Of a frame: when its last byte came. */
  readonly time: RowTime;
}
