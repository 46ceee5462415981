import type { Note, RowEvent } from '../../src-shared/contract/row';

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
  return [words, text].filter(Boolean).join(' ') + why;
}

const WORDS: Partial<Record<RowEvent, string>> = {
  idle: 'silent for',
  paused: 'reading paused',
  resumed: 'reading resumed',
  reconnecting: 'trying again:',
  'stopped-accepting': 'stopped accepting',
  accepting: 'accepting again on',
  rejected: 'turned away',
  'option-set': 'set',
};
