import type { Decoded } from '../../../../src-shared/decode/decoded';
import type { Decoder } from '../../../../src-shared/decode/decoders';
import { frameBytes } from './frame-bytes';
import type { FrameEntry } from './frame-list';
import type { RowReader, RowSource } from './row-reader';

/** What a frame says to a decoder. */
export function frameMessage(
  source: RowSource,
  reader: RowReader,
  entry: FrameEntry,
  decoder: Decoder,
): Decoded {
  const { role, part, side, incomplete } = entry;
  const { bytes } = frameBytes(source, reader, entry, Infinity);
  return decoder.decode({ bytes, role, part, side, incomplete });
}
