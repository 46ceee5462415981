import type { EngineUpdate, ResultOf } from '../../src-shared/contract/engine';
import { MAX_ROW_BYTES } from '../../src-shared/contract/engine';
import type { Row } from '../../src-shared/contract/row';
import type { SocketId } from '../../src-shared/contract/socket';
import { CommandError } from './command-error';
import type { RowView } from './types';

/** Views that one window may hold open; each costs a look with every update. */
const MAX_VIEWS = 256;

/** Of those, filtered or framed ones: each has a thread of its own. */
const MAX_FILTERED = 16;

interface OpenView {
  root: SocketId;
  rows: RowView;
  toldLength: number;
  toldScanned: number;
}

/** The views that one window has opened, by the names it gave them. */
export class Views {
  readonly #open = new Map<string, OpenView>();

  /** A name in use is taken over. */
  open(name: string, root: SocketId, rows: RowView): number {
    if (!this.#open.has(name) && this.#open.size >= MAX_VIEWS)
      throw new CommandError('ERR_NOT_POSSIBLE', `No more than ${MAX_VIEWS} views can be open`);
    this.close(name);
    const toldLength = rows.length;
    this.#open.set(name, { root, rows, toldLength, toldScanned: -1 });
    return toldLength;
  }

  /** Throws when one more of these would be too many. */
  mayScan(name: string): void {
    const others = [...this.#open].filter(([key, { rows }]) => key !== name && rows.scanning);
    if (others.length >= MAX_FILTERED)
      throw new CommandError(
        'ERR_NOT_POSSIBLE',
        `No more than ${MAX_FILTERED} logs can be filtered or framed`,
      );
  }

  close(name: string): void {
    this.#open.get(name)?.rows.close?.();
    this.#open.delete(name);
  }

  closeAll(): void {
    for (const name of this.#open.keys()) this.close(name);
  }

  /** Its root is forgotten. */
  closeOf(root: SocketId): void {
    for (const [name, view] of this.#open) if (view.root === root) this.close(name);
  }

  rows(name: string, from: number, count: number): ResultOf<'rows'> {
    const { rows } = this.#get(name);
    const { length } = rows;
    return { length, rows: rows.rows(from, count).map(withOwnPreview) };
  }

  rowBytes(name: string, indexes: readonly number[]): ResultOf<'rowBytes'> {
    const { rows } = this.#get(name);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let total = 0;
    for (const index of indexes) {
      if (index >= rows.length)
        throw new CommandError(
          'ERR_BAD_COMMAND',
          `There is no row ${index}; there are ${rows.length}`,
        );
      const bytes = rows.bytes(index);
      total += bytes.byteLength;
      if (total > MAX_ROW_BYTES) return { chunks, truncated: true };
      chunks.push(new Uint8Array(bytes));
    }
    return { chunks, truncated: false };
  }

  /** What grew, or was looked through, since it was asked before. */
  grown(): EngineUpdate['views'] {
    const grown: EngineUpdate['views'] = [];
    for (const [view, open] of this.#open) {
      open.rows.refresh?.();
      const { length, scanning } = open.rows;
      const scanned = scanning?.problem ? Infinity : (scanning?.scannedRows ?? -1);
      if (length === open.toldLength && scanned === open.toldScanned) continue;
      open.toldLength = length;
      open.toldScanned = scanned;
      grown.push({ view, length, ...(scanning ? { scanning } : {}) });
    }
    return grown;
  }

  #get(name: string): OpenView {
    const view = this.#open.get(name);
    if (view) return view;
    throw new CommandError('ERR_NO_SUCH_VIEW', `There is no view "${name}" (any more)`);
  }
}

/** A part of a buffer would be cloned to the window with the whole buffer around it. */
function withOwnPreview(row: Row): Row {
  return { ...row, preview: new Uint8Array(row.preview) };
}
