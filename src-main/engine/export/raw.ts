import type { RowFormat } from './row-format';

/** The payloads of one direction, and nothing else. */
export function rawRows(direction: 'in' | 'out'): RowFormat {
  return {
    begin: () => [],
    row: (row, bytes) => (row.direction === direction && row.lengthBytes > 0 ? [bytes()] : []),
    end: () => [],
  };
}
