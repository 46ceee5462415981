import type { Note, RowEvent } from '../../src-shared/contract/row';
import { m } from '../i18n/generated/messages';

/** What a state row says, in the language of the window. */
export function eventText(note: Note | null): string {
  if (note === null) return m.log_event_unknown();
  const parts = [sentence(note.event)];
  if (note.error !== undefined) parts.push(errorFigures(note.error));
  if (note.text !== undefined && note.text !== '') parts.push(note.text);
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

function sentence(event: RowEvent): string {
  switch (event) {
    case 'open':
      return m.log_event_open();
    case 'connected':
      return m.log_event_connected();
    case 'accepted':
      return m.log_event_accepted();
    case 'peer-ended':
      return m.log_event_peer_ended();
    case 'ended':
      return m.log_event_ended();
    case 'peer-reset':
      return m.log_event_peer_reset();
    case 'reset':
      return m.log_event_reset();
    case 'closed':
      return m.log_event_closed();
    case 'failed':
      return m.log_event_failed();
    case 'securing':
      return m.log_event_securing();
    case 'secured':
      return m.log_event_secured();
    case 'fault':
      return m.log_event_fault();
    case 'refused-connection':
      return m.log_event_refused_connection();
    case 'kernel-dropped':
      return m.log_event_kernel_dropped();
    case 'joined':
      return m.log_event_joined();
    case 'left':
      return m.log_event_left();
    case 'unexpected-source':
      return m.log_event_unexpected_source();
    case 'address-gone':
      return m.log_event_address_gone();
    case 'address-back':
      return m.log_event_address_back();
    case 'idle':
      return m.log_event_idle();
    case 'paused':
      return m.log_event_paused();
    case 'resumed':
      return m.log_event_resumed();
    case 'reconnecting':
      return m.log_event_reconnecting();
    case 'stopped-accepting':
      return m.log_event_stopped_accepting();
    case 'accepting':
      return m.log_event_accepting();
    case 'rejected':
      return m.log_event_rejected();
    case 'option-set':
      return m.log_event_option_set();
    case 'gap':
      return m.log_event_gap();
    case 'recovered':
      return m.log_event_recovered();
    case 'comment':
      return m.log_event_comment();
    default:
      return event satisfies never;
  }
}
