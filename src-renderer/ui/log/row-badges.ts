import type { Row } from '../../../src-shared/contract/row';
import { m } from '../../i18n/generated/messages';

/** The sign of a mark before the data of its row, and what is said about it. */
export interface RowBadge {
  sign: string;
  title: string;
}

export function rowBadge({ mark }: Row): RowBadge | null {
  if (mark === undefined) return null;
  const { note } = mark;
  return note === null ? { sign: '★', title: m.row_marked() } : { sign: '★✎', title: note };
}

/** Room it takes, characters. */
export function badgeRoom(badge: RowBadge | null): number {
  return badge === null ? 0 : badge.sign.length + 2;
}
