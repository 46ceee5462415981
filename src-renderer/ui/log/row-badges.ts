import type { Mark, Row } from '../../../src-shared/contract/row';
import { plainText } from '../../../src-shared/payload/plain-text';
import { answeredBy } from '../../format/answered-by';
import { m } from '../../i18n/generated/messages';

/** What stands before the data of a row, and what is said about it. */
export interface RowBadge {
  sign: string;
  title: string;
}

export function rowBadge(row: Row): RowBadge | null {
  const { mark, unexpected } = row;
  const rule = answeredBy(row);
  const badges = [
    mark === undefined ? null : markBadge(mark),
    rule === null ? null : { sign: `↩ ${rule}`, title: m.row_by_rule({ name: rule }) },
    unexpected ? { sign: `≠ ${m.row_unexpected()}`, title: m.row_unexpected_about() } : null,
  ].filter((badge) => badge !== null);
  if (badges.length === 0) return null;
  return {
    sign: badges.map(({ sign }) => sign).join(' '),
    title: badges.map(({ title }) => title).join('\n'),
  };
}

function markBadge({ note }: Mark): RowBadge {
  return note === null
    ? { sign: '★', title: m.row_marked() }
    : { sign: '★✎', title: plainText(note) };
}

/** Room it takes, characters. */
export function badgeRoom(badge: RowBadge | null): number {
  return badge === null ? 0 : badge.sign.length + 2;
}
