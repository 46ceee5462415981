import type { Row, RowEvent } from '../../src-shared/contract/row';

/** Of events that are more than a step in the life of a connection; in fonts of every system. */
const SIGNS: Partial<Record<RowEvent, string>> = {
  securing: '◇',
  secured: '◆',
  paused: '‖',
  resumed: '▸',
  idle: '○',
  reconnecting: '↻',
  'stopped-accepting': '⊟',
  accepting: '⊞',
  rejected: '×',
  joined: '⊕',
  left: '⊖',
  'unexpected-source': '≠',
  'address-gone': '⊘',
  'address-back': '⊙',
  'option-set': '≔',
};

const ARROWS = { in: '←', out: '→', state: '•', fault: '!' };

/** What stands before the word of a row's direction: never the only thing that tells. */
export function rowSign({ direction, note }: Pick<Row, 'direction' | 'note'>): string {
  const data = direction === 'in' || direction === 'out';
  return (data || note === null ? undefined : SIGNS[note.event]) ?? ARROWS[direction];
}
