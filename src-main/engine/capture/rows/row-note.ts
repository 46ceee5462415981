import type { RowReader, RowSource } from './row-reader';

/** What was noted and commented on a row, lower case; empty: nothing. */
export function noteText({ marks }: RowSource, reader: RowReader, row: number): string {
  reader.timeOf(row);
  const { note } = reader.restOf(row);
  const comment = note?.event === 'comment' ? note.text : undefined;
  const parts = [marks.of(row)?.note ?? undefined, comment].filter((part) => part !== undefined);
  return parts.join('\n').toLowerCase();
}
