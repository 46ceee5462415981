import type { Row } from '../../../../src-shared/contract/row';
import type { SocketId } from '../../../../src-shared/contract/socket';
import type { ViewShape } from '../../../../src-shared/contract/view-shape';
import type {
  AskedRows,
  QuestionsRequest,
  RowPackets,
  RowPlaces,
  RowQuestions,
  RowView,
  RunningStatistics,
  Search,
  SearchOptions,
  StatisticsRequest,
  ViewOptions,
} from '../../types';
import { firstFrom, RowList } from '../rows/capture-index';
import { DerivedView } from './derived-view';
import { LineView } from './line-view';
import { rowPackets } from '../rows/row-packets';
import { QuestionView } from './row-questions';
import { allPlaces, listedPlaces } from '../rows/row-places';
import { RowReader } from '../rows/row-reader';
import type { RowSource } from '../rows/row-reader';
import { SearchView } from './search-view';
import { RowLeads } from '../rows/text-lead';
import { StatisticsView } from '../scan/statistics/statistics-view';

/** All rows: a row's place in the view is its place in the index. */
class WholeView implements RowView {
  readonly #source: RowSource;
  readonly #reader: RowReader;
  readonly #text: RowLeads;

  constructor(source: RowSource, text: RowLeads) {
    this.#source = source;
    this.#reader = new RowReader(source);
    this.#text = text;
  }

  get length(): number {
    return this.#source.index.length;
  }

  get first(): number {
    return this.#source.index.first;
  }

  hold(): () => void {
    return this.#source.blocks.hold();
  }

  rows(from: number, count: number): Row[] {
    const end = Math.min(this.length, from + count);
    return this.#text.rows(this.#reader.rows(from, end, (index) => index));
  }

  get packets(): RowPackets {
    return rowPackets(this.#source, this.#reader, (index) => index);
  }

  get places(): RowPlaces {
    return allPlaces(this.#source);
  }

  bytes(index: number): Uint8Array {
    return index < this.length ? this.#reader.bytes(index) : new Uint8Array(0);
  }

  search(options: SearchOptions): Search {
    const of = { shape: this.#text.shape, socket: null };
    return new SearchView(this.#source, this, of, options);
  }

  statistics(request: StatisticsRequest): RunningStatistics {
    return new StatisticsView(this.#source, { shape: this.#text.shape, socket: null }, request);
  }

  placeFrom(number: number): number | null {
    return number <= this.length ? number - 1 : null;
  }

  asked(from: number, end: number): AskedRows {
    const count = Math.max(0, Math.min(end, this.length) - from);
    const words = Uint32Array.from({ length: count }, (_, place) => from + place);
    return { count, frames: false, words };
  }

  questions(request: QuestionsRequest): RowQuestions {
    return new QuestionView(this.#source, { shape: this.#text.shape, socket: null }, request);
  }
}

/** The rows of one socket: found once by a look at every index entry, then only at new ones. */
class SocketView implements RowView {
  readonly #source: RowSource;
  readonly #reader: RowReader;
  readonly #text: RowLeads;
  readonly #socket: SocketId;
  readonly #list = new RowList();
  #seen = 0;

  constructor(source: RowSource, text: RowLeads, socket: SocketId) {
    this.#source = source;
    this.#reader = new RowReader(source);
    this.#text = text;
    this.#socket = socket;
  }

  get length(): number {
    const { index, socketOf } = this.#source;
    this.#seen = Math.max(this.#seen, index.first);
    for (const end = index.length; this.#seen < end; this.#seen++) {
      if (socketOf(index.flow(this.#seen)) === this.#socket) this.#list.append(this.#seen);
    }
    return this.#list.length;
  }

  get first(): number {
    const { first } = this.#source.index;
    return first === 0 ? 0 : (this.placeFrom(first + 1) ?? this.#list.length);
  }

  hold(): () => void {
    return this.#source.blocks.hold();
  }

  rows(from: number, count: number): Row[] {
    const end = Math.min(this.length, from + count);
    return this.#text.rows(this.#reader.rows(from, end, (index) => this.#list.at(index)));
  }

  get packets(): RowPackets {
    return rowPackets(this.#source, this.#reader, (index) => this.#list.at(index));
  }

  get places(): RowPlaces {
    return listedPlaces(this.#source, this.#list);
  }

  bytes(index: number): Uint8Array {
    return index < this.length ? this.#reader.bytes(this.#list.at(index)) : new Uint8Array(0);
  }

  search(options: SearchOptions): Search {
    const of = { shape: this.#text.shape, socket: this.#socket };
    return new SearchView(this.#source, this, of, options);
  }

  statistics(request: StatisticsRequest): RunningStatistics {
    return new StatisticsView(
      this.#source,
      { shape: this.#text.shape, socket: this.#socket },
      request,
    );
  }

  placeFrom(number: number): number | null {
    return firstFrom(this.length, number - 1, (index) => this.#list.at(index));
  }

  refresh(): void {
    this.#list.letGo(this.first);
  }

  asked(from: number, end: number): AskedRows {
    const count = Math.max(0, Math.min(end, this.length) - from);
    const words = Uint32Array.from({ length: count }, (_, place) => this.#list.at(from + place));
    return { count, frames: false, words };
  }

  questions(request: QuestionsRequest): RowQuestions {
    return new QuestionView(
      this.#source,
      { shape: this.#text.shape, socket: this.#socket },
      request,
    );
  }
}

/** `socket` null or the root: all rows. */
export function openRowView(
  source: RowSource,
  rootSocket: SocketId,
  socket: SocketId | null,
  options?: ViewOptions,
): RowView {
  const only = socket === rootSocket ? null : socket;
  if (options && isDerived(options.shape)) {
    const { lines } = options.shape;
    if (lines) return new LineView(source, { ...options, lines, socket: only });
    return new DerivedView(source, { ...options, socket: only });
  }
  const text = new RowLeads(source, options);
  if (only === null) return new WholeView(source, text);
  return new SocketView(source, text, only);
}

/** Whether its rows have to be looked for. */
export function isDerived({ filter, framing, lines, displayFilter }: ViewShape): boolean {
  return [filter, framing, lines, displayFilter].some((part) => part !== undefined);
}
