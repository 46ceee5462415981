import type { SocketId } from '../../../../src-shared/contract/socket';
import type { ViewShape } from '../../../../src-shared/contract/view-shape';
import type { FoundHit, PacketMatches, Search, SearchOptions } from '../../types';
import { HitList } from '../rows/hit-list';
import type { RowSource } from '../rows/row-reader';
import { ScanThread } from './scan-thread';

interface SearchedView {
  shape: ViewShape;
  socket: SocketId | null;
  matches?: PacketMatches;
}

/** Where in a view a search finds something; another thread looks, and hits come as it finds them. */
export class SearchView implements Search {
  readonly #source: RowSource;
  readonly #hits = new HitList();
  readonly #scan: ScanThread;

  constructor(
    source: RowSource,
    of: SearchedView,
    { search, definitions = [], onChange, thread }: SearchOptions,
  ) {
    this.#source = source;
    const found = (positions: Uint32Array) => {
      this.#hits.merge(positions);
    };
    const looked = { ...of, search, definitions: [...definitions] };
    this.#scan = new ScanThread(source, { ...looked, thread, found, onChange });
  }

  get length(): number {
    return this.#hits.length;
  }

  get scanning(): Search['scanning'] {
    const { scanned: scannedRows, pendingBytes, problem, done } = this.#scan;
    return { scannedRows, pendingBytes, problem, done };
  }

  get whole(): boolean {
    return this.#scan.scanned >= this.#source.file().rows;
  }

  at(ordinal: number): number {
    return this.#hits.at(ordinal);
  }

  find(from: number, backwards: boolean): FoundHit | null {
    const count = this.#hits.length;
    if (count === 0) return null;
    const there = backwards ? this.#hits.before(from + 1) - 1 : this.#hits.before(from);
    const wrapped = there < 0 || there >= count;
    const ordinal = wrapped ? (backwards ? count - 1 : 0) : there;
    return { at: this.#hits.at(ordinal), ordinal, wrapped };
  }

  between(from: number, end: number): number[] {
    const hits: number[] = [];
    const count = this.#hits.before(end);
    for (let ordinal = this.#hits.before(from); ordinal < count; ordinal++)
      hits.push(this.#hits.at(ordinal));
    return hits;
  }

  refresh(): void {
    this.#scan.refresh();
  }

  close(): void {
    this.#scan.close();
  }
}
