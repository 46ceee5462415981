import { type BytesFormat, formatBytes } from '../format/copy';
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
  view: Pick<LogView, 'id' | 'selection'>,
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
  return {
    text: formatBytes(kept, format),
    rows: kept.length,
    bytes,
    truncated: truncated || kept.length < wanted,
  };
}
