import type { RowPackets } from '../../types';
import { sectionStartAt } from '../format/file-blocks';
import type { RowReader, RowSource } from './row-reader';

/** The blocks behind rows; `rowOf` gives the number in the index. */
export function rowPackets(
  { blocks, file }: RowSource,
  reader: RowReader,
  rowOf: (index: number) => number,
): RowPackets {
  // One list, which grows while a file is being read.
  const { sections } = file();
  return {
    each: (index, visit) => {
      reader.eachBlock(rowOf(index), visit);
    },
    section: (offset) => sectionStartAt(sections, offset),
    read: (offset, bytes) => blocks.read(offset, bytes),
    during: (reads) => blocks.during(reads),
  };
}
