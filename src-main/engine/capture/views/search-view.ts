import type { SocketId } from '../../../../src-shared/contract/socket';
import type { ViewShape } from '../../../../src-shared/contract/view-shape';
import type { FoundHit, PacketMatches, RowView, Search, SearchOptions } from '../../types';
import { HitList } from '../rows/hit-list';
import type { RowSource } from '../rows/row-reader';
import type { PassedBy } from '../scan/row-search';
import { ScanThread } from './scan-thread';

interface SearchedView {
  shape: ViewShape;
  socket: SocketId | null;
  matches?: PacketMatches;
}

/** Where in a view a search finds something; another thread looks, and hits come as it finds them. */
export class SearchView implements Search {
  readonly #source: RowSource;
  readonly #view: Pick<RowView, 'first' | 'length' | 'placeFrom'>;
  readonly #hits = new HitList();
  readonly #scan: ScanThread;
  /** What was let go before the search came to it stands before what it counts. */
  #offset = 0;

  constructor(
    source: RowSource,
    view: Pick<RowView, 'first' | 'length' | 'placeFrom'>,
    of: SearchedView,
    { search, definitions = [], onChange, thread }: SearchOptions,
  ) {
    this.#source = source;
    this.#view = view;
    const found = (positions: Uint32Array) => {
      const offset = this.#offset;
      this.#hits.merge(offset === 0 ? positions : positions.map((one) => one + offset));
    };
    const passedBy = ({ row, position }: PassedBy) => {
      this.#offset = (view.placeFrom(row + 1) ?? view.length) - position;
    };
    const looked = { ...of, search, definitions: [...definitions] };
    this.#scan = new ScanThread(source, { ...looked, thread, found, passedBy, onChange });
  }

  get length(): number {
    return this.#hits.length - this.#hits.first;
  }

  get scanning(): Search['scanning'] {
    const { scanned: scannedRows, pendingBytes, problem, done } = this.#scan;
    return { scannedRows, pendingBytes, problem, done };
  }

  get whole(): boolean {
    return this.#scan.scanned >= this.#source.file().rows;
  }

  at(ordinal: number): number {
    return this.#hits.at(this.#hits.first + ordinal);
  }

  find(from: number, backwards: boolean): FoundHit | null {
    const { first } = this.#hits;
    const count = this.length;
    if (count === 0) return null;
    const there = (backwards ? this.#hits.before(from + 1) - 1 : this.#hits.before(from)) - first;
    const wrapped = there < 0 || there >= count;
    const ordinal = wrapped ? (backwards ? count - 1 : 0) : there;
    return { at: this.at(ordinal), ordinal, wrapped };
  }

  between(from: number, end: number): number[] {
    const hits: number[] = [];
    const count = this.#hits.before(end);
    for (let ordinal = this.#hits.before(from); ordinal < count; ordinal++)
      hits.push(this.#hits.at(ordinal));
    return hits;
  }

  refresh(): void {
    // What a ring has let go cannot be gone to any more.
    this.#hits.letGo(this.#view.first ?? 0);
    this.#scan.refresh();
  }

  close(): void {
    this.#scan.close();
  }
}
