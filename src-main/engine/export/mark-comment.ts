import type { Mark } from '../../../src-shared/contract/row';
import { eachOption, emptyBlock, parseBlock } from '../capture/format/block-parser';
import type { CaptureSection } from '../capture/format/block-parser';
import { BLOCK, OPTION, optionBytes, optionText } from '../capture/format/pcapng-blocks';

/** As other programs show it; the star tells it from comments that were there before. */
export function markComment({ note }: Mark): string {
  return note === null ? '★' : `★ ${note}`;
}

const END_BYTES = 4;

/**
 * A block of pcapng with one comment more (opt_comment), behind the options it has: what a recording
 * says itself comes first. A block that can have none is returned as it is.
 */
export function withComment(
  section: CaptureSection,
  bytes: Uint8Array,
  comment: string,
): Uint8Array {
  const { littleEndian } = section;
  const from = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const block = emptyBlock();
  if (section.format === 'pcap' || parseBlock(section, from, 0, bytes.length, block) !== 'ok')
    return bytes;
  const { kind, optionsStart } = block;
  const simple = from.getUint32(0, littleEndian) === BLOCK.simplePacket;
  if (simple || (kind !== 'packet' && kind !== 'statistics')) return bytes;
  let end = optionsStart;
  eachOption(section, from, block, (_code, start, length) => {
    end = start + ((length + 3) & ~3);
    return false;
  });
  const text = optionText(comment);
  const total = end + optionBytes(text.length) + END_BYTES + 4;
  const made = new Uint8Array(total);
  const view = new DataView(made.buffer);
  made.set(bytes.subarray(0, end));
  view.setUint16(end, OPTION.comment, littleEndian);
  view.setUint16(end + 2, text.length, littleEndian);
  made.set(text, end + 4);
  view.setUint32(4, total, littleEndian);
  view.setUint32(total - 4, total, littleEndian);
  return made;
}
