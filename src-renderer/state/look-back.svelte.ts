import type { Row } from '../../src-shared/contract/row';
import type { DecodeChunk } from '../../src-shared/decode/look-back';
import { LOOK_BACK_BYTES, LOOK_BACK_ROWS } from '../../src-shared/decode/look-back';
import type { Commands } from './engine-client';

/** What passed on the same connection before a row, as far as a decoder looks back. */
export class LookBack {
  /** Oldest first; null while on its way. Empty also when it could not be had. */
  chunks = $state.raw<readonly DecodeChunk[] | null>(null);
  readonly #engine: Commands;
  readonly #view: string;
  #row: Row | null = null;
  #loading = false;

  constructor(engine: Commands, view: string) {
    this.#engine = engine;
    this.#view = view;
  }

  /** Null: nobody looks. */
  show(row: Row | null): void {
    if (row === this.#row) return;
    this.#row = row;
    this.chunks = null;
    if (row !== null) void this.#load();
  }

  /** One at a time, for someone who moves fast. */
  async #load(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    while (this.#row !== null && this.chunks === null) {
      const row = this.#row;
      // Without what was before, the row is decoded all the same.
      const chunks = await this.#before(row).catch(() => []);
      if (this.#row === row) this.chunks = chunks;
    }
    this.#loading = false;
  }

  async #before(row: Row): Promise<DecodeChunk[]> {
    const from = Math.max(0, row.index - LOOK_BACK_ROWS);
    const count = row.index - from;
    if (count === 0) return [];
    const view = this.#view;
    const { rows } = await this.#engine.command('rows', { view, from, count });
    const mine = newest(rows.filter(({ socket }) => socket === row.socket));
    const cut = mine.filter(({ preview, lengthBytes }) => lengthBytes > preview.byteLength);
    const indexes = cut.map(({ index }) => index);
    const whole =
      cut.length === 0 ? [] : (await this.#engine.command('rowBytes', { view, indexes })).chunks;
    return mine.flatMap(({ index, direction, preview }) => {
      if (direction !== 'in' && direction !== 'out') return [];
      const place = indexes.indexOf(index);
      return [{ direction, bytes: place === -1 ? preview : (whole[place] ?? preview) }];
    });
  }
}

/** Those with payload that fit in what is looked back at, in order. */
function newest(rows: readonly Row[]): Row[] {
  let left = LOOK_BACK_BYTES;
  const taken: Row[] = [];
  for (const row of [...rows].reverse()) {
    if (row.direction !== 'in' && row.direction !== 'out') continue;
    left -= row.lengthBytes;
    if (left < 0) break;
    taken.push(row);
  }
  return taken.reverse();
}
