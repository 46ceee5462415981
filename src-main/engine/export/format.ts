import type { ExportFormat } from '../../../src-shared/contract/export-formats';
import type { Row } from '../../../src-shared/contract/row';
import type { DecoderName } from '../../../src-shared/decode/names';
import type { RowView } from '../types';
import { csvRows } from './csv';
import { hexdumpRows } from './hexdump';
import { jsonRows } from './jsonl';
import { pcapngRows } from './pcapng';
import { rawRows } from './raw';

/** A part of the file; bytes are the writer's to keep. */
export type Piece = string | Uint8Array;

/** A way to write rows. Pieces are small enough that sockets are not held up between two of them. */
export interface RowFormat {
  begin(): Iterable<Piece>;
  /** `bytes` reads all of the payload. Of no pieces: the row has no place in this format. */
  row(row: Row, bytes: () => Uint8Array): Iterable<Piece>;
  end(): Iterable<Piece>;
}

/** Throws ERR_NOT_POSSIBLE when these rows cannot be written so. */
export function rowFormat(
  format: ExportFormat,
  view: RowView,
  decoder: DecoderName | null,
): RowFormat {
  switch (format) {
    case 'pcapng':
      return pcapngRows(view);
    case 'hexdump':
      return hexdumpRows();
    case 'csv':
      return csvRows(decoder);
    case 'jsonl':
      return jsonRows(decoder);
    case 'raw-rx':
      return rawRows('in');
    case 'raw-tx':
      return rawRows('out');
    default:
      return format satisfies never;
  }
}
