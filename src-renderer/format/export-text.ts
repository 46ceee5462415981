import type { ExportFormat } from '../../src-shared/contract/export-formats';
import { m } from '../i18n/generated/messages';

/** What a format is called, and what it is for. */
export function exportFormatText(format: ExportFormat): { label: string; about: string } {
  switch (format) {
    case 'pcapng':
      return { label: m.export_pcapng(), about: m.export_pcapng_about() };
    case 'hexdump':
      return { label: m.export_hexdump(), about: m.export_hexdump_about() };
    case 'csv':
      return { label: m.export_csv(), about: m.export_csv_about() };
    case 'jsonl':
      return { label: m.export_jsonl(), about: m.export_jsonl_about() };
    case 'raw-rx':
      return { label: m.export_raw_rx(), about: m.export_raw_rx_about() };
    case 'raw-tx':
      return { label: m.export_raw_tx(), about: m.export_raw_tx_about() };
    default:
      return format satisfies never;
  }
}
