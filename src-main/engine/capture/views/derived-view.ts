import type { Row } from '../../../../src-shared/contract/row';
import type { SocketId } from '../../../../src-shared/contract/socket';
import type {
  AskedRows,
  PacketMatches,
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
import { frameBytes } from '../rows/frame-bytes';
import { FrameList, frameWords } from '../rows/frame-list';
import { frameRows } from '../rows/frame-rows';
import { rowPackets } from '../rows/row-packets';
import { framePlaces, listedPlaces } from '../rows/row-places';
import { QuestionView } from './row-questions';
import { RowReader } from '../rows/row-reader';
import type { RowSource } from '../rows/row-reader';
import { ScanThread } from './scan-thread';
import { SearchView } from './search-view';
import { RowLeads } from '../rows/text-lead';
import { StatisticsView } from '../scan/statistics/statistics-view';

interface DerivedViewOptions extends ViewOptions {
  /** Null: the rows of all. */
  socket: SocketId | null;
}

/**
 * The rows that a filter lets pass, or the frames that a framing finds; another thread looks through
 * the capture, and they come as it finds them.
 */
export class DerivedView implements RowView {
  readonly #source: RowSource;
  readonly #reader: RowReader;
  readonly #rows = new RowList();
  /** Null: rows as they are. */
  readonly #frames: FrameList | null;
  readonly #scan: ScanThread;
  readonly #searched: Pick<DerivedViewOptions, 'shape' | 'socket' | 'matches'>;

  readonly #text: RowLeads;

  constructor(source: RowSource, options: DerivedViewOptions) {
    const { shape, socket, matches, onChange, thread } = options;
    if (shape.displayFilter !== undefined && !matches)
      throw new Error('A display filter needs the packets that pass it');
    this.#text = new RowLeads(source, options);
    this.#source = source;
    this.#reader = new RowReader(source);
    this.#frames = shape.framing === undefined ? null : new FrameList();
    this.#searched = { shape, socket, ...(matches ? { matches } : {}) };
    const found = (words: Uint32Array<ArrayBuffer>) => {
      if (this.#frames) this.#frames.append(words);
      else for (const row of words) this.#rows.append(row);
    };
    this.#scan = new ScanThread(source, { ...this.#searched, thread, found, onChange });
  }

  get length(): number {
    return this.#frames?.length ?? this.#rows.length;
  }

  get first(): number {
    const { first } = this.#source.index;
    if (first === 0) return 0;
    let place = this.placeFrom(first + 1) ?? this.length;
    // A frame that began in what was let go is not whole.
    while (place < this.length && (this.#frames?.at(place).row ?? first) < first) place++;
    return place;
  }

  hold(): () => void {
    return this.#source.blocks.hold();
  }

  get scanning(): NonNullable<RowView['scanning']> {
    const { scanned: scannedRows, pendingBytes, problem, done, goneRows } = this.#scan;
    const { matches } = this.#searched;
    const so = { scannedRows, pendingBytes, problem, done, goneRows };
    return matches ? { ...so, ...this.#asked(matches) } : so;
  }

  #asked({ readBytes, ofBytes, packets, done }: PacketMatches) {
    const { rows, bytes } = this.#source.file();
    const behind = done && bytes > ofBytes && rows > this.#scan.scanned;
    return { wireshark: { readBytes, ofBytes, packets, done, behind } };
  }

  rows(from: number, count: number): Row[] {
    const end = Math.min(this.length, from + count);
    const frames = this.#frames;
    const rows = frames
      ? frameRows(this.#source, this.#reader, { frames, from, end })
      : this.#reader.rows(from, end, (index) => this.#rows.at(index));
    return this.#text.rows(rows, frames ? ({ index }) => frames.at(index) : undefined);
  }

  get packets(): RowPackets | null {
    if (this.#frames) return null;
    return rowPackets(this.#source, this.#reader, (index) => this.#rows.at(index));
  }

  get places(): RowPlaces {
    if (this.#frames) return framePlaces(this.#source, this.#frames);
    return listedPlaces(this.#source, this.#rows);
  }

  bytes(index: number): Uint8Array {
    if (index >= this.length) return new Uint8Array(0);
    const frame = this.#frames?.at(index);
    if (!frame) return this.#reader.bytes(this.#rows.at(index));
    return this.#source.blocks.during(
      () => frameBytes(this.#source, this.#reader, frame, Infinity).bytes,
    );
  }

  search(options: SearchOptions): Search {
    return new SearchView(this.#source, this, this.#searched, options);
  }

  statistics(request: StatisticsRequest): RunningStatistics {
    return new StatisticsView(this.#source, this.#searched, request);
  }

  placeFrom(number: number): number | null {
    const frames = this.#frames;
    return firstFrom(this.length, number - 1, (index) =>
      frames ? frames.at(index).endRow : this.#rows.at(index),
    );
  }

  asked(from: number, end: number): AskedRows {
    const last = Math.min(end, this.length);
    const count = Math.max(0, last - from);
    if (this.#frames)
      return { count, frames: true, words: frameWords(this.#frames, from, from + count) };
    const words = Uint32Array.from({ length: count }, (_, place) => this.#rows.at(from + place));
    return { count, frames: false, words };
  }

  questions(request: QuestionsRequest): RowQuestions {
    return new QuestionView(this.#source, this.#searched, request);
  }

  refresh(): void {
    const { first } = this;
    this.#rows.letGo(first);
    this.#frames?.letGo(first);
    this.#scan.refresh();
  }

  close(): void {
    this.#scan.close();
    this.#searched.matches?.close();
  }
}
