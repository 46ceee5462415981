import type { Note, Row, RowEvent } from '../../../../src-shared/contract/row';
import { refusal } from '../../../../src-shared/refusal/refusal';
import { eachOption } from './block-parser';
import type { Block, CaptureSection } from './block-parser';
import { parseNote } from './note-text';
import type { AddressedNote } from './note-text';
import { TCP_FLAG } from '../recording/packet-writer';
import { OPTION } from './pcapng-blocks';

/* What a packet or a comment means as a row. Live sessions and opened files follow the same rules. */

/** What a segment tells by its flags, or null. */
export function stateEvent(flags: number, outgoing: boolean): RowEvent | null {
  if ((flags & TCP_FLAG.rst) !== 0) return outgoing ? 'reset' : 'peer-reset';
  if ((flags & TCP_FLAG.syn) !== 0) {
    if ((flags & TCP_FLAG.ack) !== 0) return null;
    return outgoing ? 'connected' : 'accepted';
  }
  if ((flags & TCP_FLAG.fin) !== 0) return outgoing ? 'ended' : 'peer-ended';
  return null;
}

const utf8 = new TextDecoder();

/** The comments of a block. Several become one: the first tells the event, the others are text. */
export function blockNote(
  section: CaptureSection,
  bytes: Uint8Array,
  view: DataView,
  block: Block,
): AddressedNote | null {
  const comments: string[] = [];
  eachOption(section, view, block, (code, start, length) => {
    if (code === OPTION.comment) comments.push(utf8.decode(bytes.subarray(start, start + length)));
    return false;
  });
  const [first, ...others] = comments;
  if (first === undefined) return null;
  const addressed = parseNote(first);
  if (others.length === 0) return addressed;
  const text = [addressed.note.text, ...others].filter((part) => part !== undefined).join('\n');
  return { ...addressed, note: { ...addressed.note, text: text.slice(0, 4000) } };
}

const FAULTS: ReadonlySet<RowEvent> = new Set([
  'failed',
  'fault',
  'peer-reset',
  'refused-connection',
  'kernel-dropped',
  'unexpected-source',
  'address-gone',
  'idle',
  'rejected',
  'gap',
  'missing-part',
  'recovered',
]);

/** How a row without payload is shown. */
export function stateDirection(note: Note): Row['direction'] {
  return note.error !== undefined || FAULTS.has(note.event) ? 'fault' : 'state';
}

/** Bytes that no packet of the capture has; 0: nobody can tell how many. */
export function gapNote(missingBytes: number, outgoing: boolean): Note {
  const what = outgoing ? 'sent' : 'received';
  const text =
    missingBytes === 0
      ? `the numbers of what was ${what} jump: bytes are missing, or it is another connection on the same ports`
      : missingBytes === 1
        ? `1 byte that was ${what} is not in the capture`
        : `${String(missingBytes)} bytes that were ${what} are not in the capture`;
  return { event: 'gap', text };
}

/** Of a row whose block is not there any more. */
export const GONE: Note = {
  event: 'fault',
  error: {
    code: 'ERR_CAPTURE_CHANGED',
    ...refusal('row-gone'),
  },
};

/** Of a row that a ring has let go. */
export const LET_GO: Note = { event: 'let-go' };
