import type { Row, RowEvent } from '../../../src-shared/contract/row';
import type { Decoded } from '../../../src-shared/decode/decoded';
import type { Frame } from '../../../src-shared/framing/framer';
import { formatPlainHex } from '../../../src-shared/payload/format';
import { isoOfMs } from './json-line';

/* Rows as objects of JSON lines: what `capture rows` prints and an export writes. */

/** Which of the events of the JSON lines a state is. */
const EVENTS: Record<RowEvent, 'open' | 'closing' | 'closed' | 'fault' | 'stats'> = {
  open: 'open',
  connected: 'open',
  accepted: 'open',
  'peer-ended': 'closing',
  ended: 'closing',
  'peer-reset': 'closed',
  reset: 'closed',
  closed: 'closed',
  failed: 'closed',
  securing: 'stats',
  secured: 'stats',
  fault: 'fault',
  'refused-connection': 'fault',
  'kernel-dropped': 'fault',
  joined: 'stats',
  left: 'stats',
  'unexpected-source': 'fault',
  'address-gone': 'fault',
  'address-back': 'stats',
  idle: 'stats',
  paused: 'stats',
  resumed: 'stats',
  reconnecting: 'stats',
  'stopped-accepting': 'stats',
  accepting: 'stats',
  rejected: 'fault',
  'option-set': 'stats',
  gap: 'fault',
  part: 'stats',
  'missing-part': 'fault',
  'let-go': 'stats',
  recovered: 'stats',
  comment: 'stats',
};

/** The word for it in JSON lines. */
export function eventOf(event: RowEvent): (typeof EVENTS)[RowEvent] {
  return EVENTS[event];
}

/** What a `data` event has besides its socket. */
export function dataFields({
  at,
  direction,
  bytes,
}: {
  /** ISO 8601. */
  at: string;
  direction: 'in' | 'out';
  bytes: Uint8Array;
}) {
  return { at, direction, bytes: bytes.byteLength, hex: formatPlainHex(bytes) };
}

/** How a frame was found and what it means; what is as usual is left out. */
export function frameMarks(
  { role, part, incomplete, cuts }: Pick<Frame, 'role' | 'part' | 'incomplete' | 'cuts'>,
  decoded: Decoded | null,
) {
  return {
    ...(role === 'frame' ? {} : { role }),
    ...(part === 'whole' ? {} : { oversize: part }),
    ...(incomplete ? { incomplete } : {}),
    ...(cuts.length === 0 ? {} : { cuts }),
    ...(decoded ? { label: decoded.label, fields: decoded.fields } : {}),
  };
}

/** A payload, or a state between them. `bytes`: all of the payload. */
export function jsonRow(row: Row, bytes: Uint8Array, decoded: Decoded | null): object {
  const { at, direction, peer, note, socket, number, frame, mark, unexpected } = row;
  if (direction !== 'in' && direction !== 'out') return jsonState(row);
  return {
    event: 'data',
    socket: String(socket),
    ...dataFields({ at: isoOfMs(at), direction, bytes }),
    peer,
    ...(unexpected ? { unexpected } : {}),
    number,
    ...(frame ? frameMarks(frame, decoded) : {}),
    ...(note ? { note } : {}),
    ...(mark ? { mark } : {}),
  };
}

function jsonState({ at, note, socket, peer, number, mark }: Row): object {
  return {
    event: note ? eventOf(note.event) : 'stats',
    socket: String(socket),
    at: isoOfMs(at),
    ...(peer === '' ? {} : { peer }),
    number,
    ...(note ? { state: note.event } : {}),
    ...(note?.error ? { error: note.error } : {}),
    ...(note?.text === undefined ? {} : { text: note.text }),
    ...(mark ? { mark } : {}),
  };
}
