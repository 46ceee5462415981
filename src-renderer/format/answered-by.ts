import type { Row } from '../../src-shared/contract/row';
import { plainText } from '../../src-shared/payload/plain-text';

/** Which rule answered with a row, as the capture says; null: none. */
export function answeredBy({ direction, note }: Pick<Row, 'direction' | 'note'>): string | null {
  if (direction !== 'out' || note?.event !== 'comment') return null;
  const name = /^rule (.+)$/s.exec(note.text ?? '')?.[1];
  return name === undefined ? null : plainText(name);
}
