import { ANSWERINGS } from '../../src-shared/contract/behaviour';
import type { Note, RowEvent } from '../../src-shared/contract/row';
import type { SocketError } from '../../src-shared/contract/socket';
import { plainText } from '../../src-shared/payload/plain-text';
import { m } from '../i18n/generated/messages';
import { behaviourLabel } from './behaviour-text';
import { errorText } from './error-text';
import type { Doing } from './error-words';
import { cleanedDetail, droppedDetail, gapDetail, idleDetail } from './event-details';
import { missingPartText, partText } from './part-text';

/** What a state row says, in the language of the window; `peer`: whose row it is. */
export function eventText(note: Note | null, peer = ''): string {
  if (note === null) return m.log_event_unknown();
  const { event, error, text } = note;
  const own = event === 'comment' ? ownComment(text ?? '') : null;
  if (own !== null) return own;
  const parts = [sentences[event]()];
  const sentence = error === undefined ? null : errorSentence(event, error, peer);
  if (sentence !== null) parts.push(sentence);
  if (error !== undefined) parts.push(errorFigures(error));
  if (text !== undefined && text !== '') parts.push(detailText(event, plainText(text)));
  return parts.join(' · ');
}

/** What the engine writes into the record as a comment, in words; null: somebody else's. */
function ownComment(text: string): string | null {
  const [, served = ''] = /^behaviour (\S+)$/.exec(text) ?? [];
  const name = ANSWERINGS.find((one) => one === served);
  if (name !== undefined) return `${m.ctl_behaviour()} · ${behaviourLabel(name)}`;
  const [, client] = /^relay for (.+)$/s.exec(text) ?? [];
  return client === undefined ? null : `${m.sd_relay_for()} · ${plainText(client)}`;
}

/** Why, in words; null where there are none for it, or where it is not known what was being done. */
function errorSentence(event: RowEvent, error: SocketError, peer: string): string | null {
  if (event !== 'failed' && event !== 'reconnecting' && event !== 'fault') return null;
  // A datagram that came back says so too, and means something else.
  if (event === 'fault' && !/^(?:ERR_|CERT_|ENOSPC|EDQUOT|EIO)/.test(error.code)) return null;
  const split = /^(?:\[(?<v6>.+)\]|(?<host>[^:]+)):(?<port>\d+)$/.exec(peer)?.groups;
  const { sentence } = errorText(error, {
    doing: doingOf(event, error),
    address: peer === '' ? null : plainText(peer),
    host: split?.['v6'] ?? split?.['host'] ?? null,
    port: split === undefined ? null : Number(split['port']),
    ...{ datagrams: false, local: false, platform: null },
  });
  return sentence === m.err_unknown({ code: error.code }) ? null : sentence;
}

function doingOf(event: 'failed' | 'reconnecting' | 'fault', { syscall }: SocketError): Doing {
  if (syscall === 'bind' || syscall === 'listen' || event === 'reconnecting') return 'listen';
  return event === 'failed' ? 'connect' : 'receive';
}

const ATTEMPT = /^attempt (?<attempt>\d+)(?: of (?<limit>\d+))? in (?<seconds>[\d.]+) s$/;

/** As the engine sums up the packets of a capture that have no row (`capture-file.ts`). */
const WITHOUT_ROWS =
  /^\d+ packets? (?:is|are) not whole TCP or UDP over IP and without rows: (?<kinds>.+)$/su;

function withoutRows(text: string): string {
  const kinds = WITHOUT_ROWS.exec(text)?.groups?.['kinds'];
  return kinds === undefined ? text : m.log_without_rows({ kinds });
}

/** What the record says in English of a wait or of its parts, in the language of the window. */
function detailText(event: RowEvent, text: string): string {
  if (event === 'connected' || event === 'failed') return ownComment(text) ?? text;
  if (event === 'part') return partText(text);
  if (event === 'comment') return withoutRows(text);
  if (event === 'missing-part' || event === 'let-go') return missingPartText(text);
  if (event === 'idle') return idleDetail(text);
  if (event === 'gap') return gapDetail(text);
  if (event === 'kernel-dropped') return droppedDetail(text);
  if (event === 'recovered') return cleanedDetail(text);
  const found = event === 'reconnecting' ? ATTEMPT.exec(text)?.groups : undefined;
  if (found === undefined) return text;
  const { attempt = '', limit, seconds = '' } = found;
  if (limit === undefined) return m.log_attempt({ attempt, seconds });
  return m.log_attempt_of({ attempt, limit, seconds });
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
  'missing-part': m.log_event_missing_part,
  'let-go': m.log_event_let_go,
  recovered: m.log_event_recovered,
  comment: m.log_event_comment,
};
