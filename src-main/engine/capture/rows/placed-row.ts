import type { Row } from '../../../../src-shared/contract/row';

/** Where a row stands in a view, and when it was. */
type RowPlace = Pick<Row, 'index' | 'number' | 'at' | 'deltaMs'>;

/** What else its blocks tell. */
export type RowRest = Omit<Row, keyof RowPlace>;

/** One way to make all rows: put together of parts by spreading, each takes several times as long. */
export function placedRow(
  { index, number, at, deltaMs }: RowPlace,
  rest: RowRest,
  mark: Row['mark'] | null,
): Row {
  const { socket, peer, direction, lengthBytes, preview, note, unexpected } = rest;
  // prettier-ignore
  const row: Row = { index, number, at, deltaMs, socket, peer, direction, lengthBytes, preview, note };
  if (unexpected) row.unexpected = unexpected;
  if (mark) row.mark = mark;
  return row;
}
