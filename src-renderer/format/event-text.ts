import type { Note, RowEvent } from '../../src-shared/contract/row';
import type { SocketError } from '../../src-shared/contract/socket';
import { m } from '../i18n/generated/messages';
import { errorText } from './error-text';
import { plainText } from './plain-text';

/** What a state row says, in the language of the window. */
export function eventText(note: Note | null): string {
  if (note === null) return m.log_event_unknown();
  const parts = [sentences[note.event]()];
  if (note.error !== undefined) parts.push(errorFigures(note.error));
  if (note.text !== undefined && note.text !== '') parts.push(plainText(note.text));
  return parts.join(' · ');
}

/** The numeric truth beside the words: `ECONNRESET read (-104)`. */
export function errorFigures(error: {
  code: string;
  errno?: number | undefined;
  syscall?: string | undefined;
}): string {
  const call = error.syscall === undefined ? '' : ` ${error.syscall}`;
  const number = error.errno === undefined ? '' : ` (${error.errno})`;
  return `${error.code}${call}${number}`;
}

const sentences: Record<RowEvent, () => string> = {
  open: m.log_event_open,
  connected: m.log_event_connected,
  accepted: m.log_event_accepted,
  'peer-ended': m.log_event_peer_ended,
  ended: m.log_event_ended,
  'peer-reset': m.log_event_peer_reset,
  reset: m.log_event_reset,
  closed: m.log_event_closed,
  failed: m.log_event_failed,
  securing: m.log_event_securing,
  secured: m.log_event_secured,
  fault: m.log_event_fault,
  'refused-connection': m.log_event_refused_connection,
  'kernel-dropped': m.log_event_kernel_dropped,
  joined: m.log_event_joined,
  left: m.log_event_left,
  'unexpected-source': m.log_event_unexpected_source,
  'address-gone': m.log_event_address_gone,
  'address-back': m.log_event_address_back,
  idle: m.log_event_idle,
  paused: m.log_event_paused,
  resumed: m.log_event_resumed,
  reconnecting: m.log_event_reconnecting,
  'stopped-accepting': m.log_event_stopped_accepting,
  accepting: m.log_event_accepting,
  rejected: m.log_event_rejected,
  'option-set': m.log_event_option_set,
  gap: m.log_event_gap,
  part: m.log_event_part,
  'let-go': m.log_event_let_go,
  recovered: m.log_event_recovered,
  comment: m.log_event_comment,
};
