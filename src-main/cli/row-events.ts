import type { Note, RowEvent } from '../../src-shared/contract/row';
import { safeText } from './lines';

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
  recovered: 'stats',
  comment: 'stats',
};

/** The word for it in JSON lines. */
export function eventOf(event: RowEvent): (typeof EVENTS)[RowEvent] {
  return EVENTS[event];
}

/** What is told while it happens; the others are phases, payloads or faults and told as those. */
const TOLD: ReadonlySet<RowEvent> = new Set<RowEvent>([
  'idle',
  'paused',
  'resumed',
  'reconnecting',
  'stopped-accepting',
  'accepting',
  'rejected',
  'option-set',
]);

export function isTold({ event }: Note): boolean {
  return TOLD.has(event);
}

/** For people, after the name of the socket. */
export function noteText({ event, error, text }: Note): string {
  const words = WORDS[event] ?? event;
  const why = error ? `: ${error.message}` : '';
  return safeText([words, text].filter(Boolean).join(' ') + why);
}

const WORDS: Partial<Record<RowEvent, string>> = {
  idle: 'nothing passed for',
  paused: 'reading paused',
  resumed: 'reading resumed',
  reconnecting: 'trying again:',
  'stopped-accepting': 'stopped accepting',
  accepting: 'accepting again on',
  rejected: 'turned away',
  'option-set': 'set',
};
