import { MAX_ROWS } from '../../src-shared/contract/row-words';
import type { Row } from '../../src-shared/contract/row';
import { type BytesFormat, type CopiedRow, formatBytes, formatRowTexts } from '../format/copy';
import type { Commands } from './engine-client';
import type { LogView } from './log-view.svelte';

export type CopyFormat = BytesFormat;

/** The most rows one `rowBytes` may name. */
const MAX_COPIED_ROWS = 100_000;

/** As hex this is some 50 MB of text: more than any editor takes, and the window stays well. */
const MAX_COPIED_BYTES = 16 * 1024 * 1024;

export interface Copied {
  text: string;
  /** Rows and payload bytes that are in the text. */
  rows: number;
  bytes: number;
  /** Not all that was selected is in the text. */
  truncated: boolean;
}

/** The selected rows as text; null when none is selected. Rejects with a `CommandError`. */
export async function copyRows(
  engine: Pick<Commands, 'command'>,
  view: Pick<LogView, 'id' | 'selection' | 'charset'>,
  format: CopyFormat,
): Promise<Copied | null> {
  const wanted = view.selection.count;
  if (wanted === 0) return null;
  const indexes = view.selection.indexes(MAX_COPIED_ROWS);
  const { chunks, truncated } = await engine.command('rowBytes', { view: view.id, indexes });
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for (const chunk of chunks) {
    if (bytes + chunk.byteLength > MAX_COPIED_BYTES) break;
    bytes += chunk.byteLength;
    kept.push(chunk);
  }
  const text =
    format === 'text'
      ? formatRowTexts(await streamsOf(engine, view.id, indexes, kept), view.charset)
      : formatBytes(kept, format);
  return {
    text,
    rows: kept.length,
    bytes,
    truncated: truncated || kept.length < wanted,
  };
}

/** Payloads with what is known of their rows: which stream each is of, and what it goes on with. */
async function streamsOf(
  engine: Pick<Commands, 'command'>,
  view: string,
  indexes: readonly number[],
  payloads: readonly Uint8Array[],
): Promise<CopiedRow[]> {
  const rows = new Map<number, Row>();
  for (let place = 0; place < payloads.length;) {
    const from = indexes[place] ?? 0;
    let count = 1;
    while (count < MAX_ROWS && place + count < payloads.length) {
      if (indexes[place + count] !== from + count) break;
      count++;
    }
    const answer = await engine.command('rows', { view, from, count });
    for (const row of answer.rows) rows.set(row.index, row);
    place += count;
  }
  return payloads.map((bytes, place) => {
    const row = rows.get(indexes[place] ?? -1);
    return { bytes, lead: row?.lead, stream: `${row?.socket ?? ''} ${row?.direction ?? ''}` };
  });
}
