import type { Row } from '../../../../src-shared/contract/row';
import { PREVIEW_BYTES } from '../../../../src-shared/contract/row-words';
import { frameBytes } from './frame-bytes';
import type { FrameEntry, FrameList } from './frame-list';
import { msBetween } from './row-reader';
import type { RowReader, RowSource, RowTime } from './row-reader';

/** Frames `from` up to but not including `end` as rows. */
export function frameRows(
  source: RowSource,
  reader: RowReader,
  { frames, from, end }: { frames: FrameList; from: number; end: number },
): Row[] {
  return source.blocks.during(() => {
    const rows: Row[] = [];
    // What was let go has no time.
    const rowBefore = from > 0 && from < end ? frames.at(from - 1).endRow : -1;
    let before: RowTime | null = rowBefore >= source.index.first ? reader.timeOf(rowBefore) : null;
    for (let index = from; index < end; index++) {
      const frame = frames.at(index);
      const time = reader.timeOf(frame.endRow);
      const rest = reader.restOf(frame.endRow);
      const deltaMs = before === null ? null : msBetween(before, time);
      before = time;
      const marked = reader.markOf(frame.row);
      const place = { index, number: frame.row + 1, at: time.ms, deltaMs, ...marked };
      rows.push({ ...rest, ...place, ...(frame.asItIs ? {} : framed(source, reader, frame)) });
    }
    return rows;
  });
}

function framed(
  source: RowSource,
  reader: RowReader,
  entry: FrameEntry,
): Pick<Row, 'lengthBytes' | 'preview' | 'frame'> {
  const { lengthBytes, role, part, side, incomplete } = entry;
  const { bytes, cuts, cutRows } = frameBytes(source, reader, entry, PREVIEW_BYTES);
  const cutTimes = cutRows.map((row) => reader.timeOf(row).ms);
  return {
    lengthBytes,
    preview: bytes,
    frame: { role, part, side, incomplete, cuts, ...(cuts.length > 0 ? { cutTimes } : {}) },
  };
}
