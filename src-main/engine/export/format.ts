import type { ExportFormat } from '../../../src-shared/contract/export-formats';
import type { Decoder } from '../../../src-shared/decode/decoders';
import type { Charset } from '../../../src-shared/encoding/charset';
import type { RowView } from '../types';
import { csvRows } from './csv';
import { hexdumpRows } from './hexdump';
import { jsonRows } from './jsonl';
import { pcapngRows } from './pcapng';
import { rawRows } from './raw';
import type { RowFormat } from './row-format';

/** Throws ERR_NOT_POSSIBLE when these rows cannot be written so. */
export function rowFormat(
  format: ExportFormat,
  view: RowView,
  decoder: Decoder | null,
  charset: Charset,
): RowFormat {
  switch (format) {
    case 'pcapng':
      return pcapngRows(view);
    case 'hexdump':
      return hexdumpRows();
    case 'csv':
      return csvRows(decoder, charset);
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
