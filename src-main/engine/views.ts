import type { EngineUpdate, ResultOf } from '../../src-shared/contract/engine';
import { MAX_ROW_BYTES } from '../../src-shared/contract/engine';
import type { Row } from '../../src-shared/contract/row';
import type { SocketId } from '../../src-shared/contract/socket';
import { refusal } from '../../src-shared/refusal/refusal';
import { CommandError } from './command-error';
import type {
  QuestionsRequest,
  RowQuestions,
  RowView,
  RunningStatistics,
  Search,
  SearchOptions,
  StatisticsRequest,
} from './types';

/** Views that one window may hold open; each costs a look with every update. */
const MAX_VIEWS = 256;

/** Threads that look through captures for one window: one a filtered or framed view, search or sum. */
const MAX_THREADS = 16;

interface OpenView {
  root: SocketId;
  rows: RowView;
  toldLength: number;
  toldScanned: string;
  search: Search | null;
  toldSearched: string;
  statistics: RunningStatistics | null;
  toldStatistics: number;
  /** With highlights. */
  questions: RowQuestions | null;
  toldEnded: number;
  toldMarks: number;
  toldFirst: number;
  /** The latest question of each kind: a newer one ends it. */
  asked: Map<string, object>;
}

/** What changes when it goes on. */
function progressOf(scanned: RowView['scanning']): string {
  if (!scanned) return '';
  const { problem, scannedRows, done, wireshark } = scanned;
  return problem
    ? 'ended'
    : `${scannedRows} ${done} ${wireshark?.readBytes} ${wireshark?.done} ${wireshark?.behind}`;
}

function countedOf(statistics: RunningStatistics | null): number {
  if (!statistics) return -1;
  const { problem, done } = statistics.scanning;
  return problem ? Infinity : statistics.version + (done ? 0.5 : 0);
}

function newsOf({ scanning, version, latest }: RunningStatistics) {
  return { ...scanning, version, timedOut: latest?.latency?.timedOut ?? null };
}

/** The views that one window has opened, by the names it gave them. */
export class Views {
  readonly #open = new Map<string, OpenView>();

  /** A name in use is taken over. */
  open(name: string, root: SocketId, rows: RowView): number {
    if (!this.#open.has(name) && this.#open.size >= MAX_VIEWS)
      throw new CommandError('ERR_NOT_POSSIBLE', refusal('too-many-views', { most: MAX_VIEWS }));
    this.close(name);
    const toldLength = rows.length;
    const toldMarks = rows.places?.marks.revision ?? 0;
    const told = {
      toldLength,
      toldScanned: '',
      toldSearched: '',
      toldStatistics: -1,
      toldEnded: 0,
    };
    const extra = {
      search: null,
      statistics: null,
      questions: null,
      toldMarks,
      toldFirst: 0,
      asked: new Map(),
    };
    this.#open.set(name, { root, rows, ...told, ...extra });
    return toldLength;
  }

  /** Throws when one more of these would be too many; that of this name is replaced. */
  mayScan(name: string): void {
    let threads = 0;
    for (const [key, { rows, search, statistics, questions }] of this.#open)
      if (key !== name)
        for (const thread of [rows.scanning, search, statistics, questions]) if (thread) threads++;
    if (threads >= MAX_THREADS)
      throw new CommandError(
        'ERR_NOT_POSSIBLE',
        refusal('too-many-threads', { most: MAX_THREADS }),
      );
  }

  /** Looks for something else in a view from now on; null: for nothing. */
  search(name: string, search: SearchOptions | null): void {
    const view = this.#get(name);
    if (search !== null) this.mayScan(name);
    view.search?.close();
    view.toldSearched = '';
    view.search = search && view.rows.search(search);
  }

  /** Adds up from now on, instead of what was added up before; null: no more. */
  count(name: string, request: StatisticsRequest | null): void {
    const view = this.#get(name);
    if (request !== null) this.mayScan(name);
    view.statistics?.close();
    view.toldStatistics = -1;
    view.statistics = request && view.rows.statistics(request);
  }

  statistics(name: string): ResultOf<'statistics'> {
    const { statistics } = this.#get(name);
    if (statistics?.latest) return { scanning: statistics.scanning, statistics: statistics.latest };
    throw new CommandError({
      code: 'ERR_NOT_POSSIBLE',
      message: `Nothing is added up of the view "${name}" yet`,
    });
  }

  /** What stands out in its rows from now on. */
  highlight(name: string, { rules, onChange }: QuestionsRequest): void {
    const view = this.#get(name);
    if (rules.length > 0) this.mayScan(name);
    view.questions?.close();
    view.toldEnded = 0;
    view.questions = rules.length === 0 ? null : view.rows.questions({ rules, onChange });
  }

  placeOf(name: string, number: number): ResultOf<'placeOf'> {
    const { rows } = this.#get(name);
    const at = rows.placeFrom(number);
    // A frame that begins in the row, before one that only ends in it.
    const same = rows.places?.placeOf(number - 1) ?? null;
    const first = same === null && at !== null ? rows.rows(at, 1)[0] : undefined;
    return { at, holds: first !== undefined && first.number <= number ? at : same };
  }

  findHit(name: string, from: number, backwards: boolean): ResultOf<'findHit'> {
    return { hit: this.#get(name).search?.find(from, backwards) ?? null };
  }

  hits(name: string, from: number, end: number): ResultOf<'hits'> {
    return { at: this.#get(name).search?.between(from, end) ?? [] };
  }

  close(name: string): void {
    const view = this.#open.get(name);
    view?.search?.close();
    view?.statistics?.close();
    view?.questions?.close();
    view?.rows.close?.();
    this.#open.delete(name);
  }

  closeAll(): void {
    for (const name of this.#open.keys()) this.close(name);
  }

  /** Its root is forgotten. */
  closeOf(root: SocketId): void {
    for (const [name, view] of this.#open) if (view.root === root) this.close(name);
  }

  /** Rows wait for what stands out in them, but not for long. */
  async rows(name: string, from: number, count: number): Promise<ResultOf<'rows'>> {
    const { rows: view, questions } = this.#get(name);
    const { length } = view;
    const rows = view.rows(from, count).map(withOwnPreview);
    const asked = questions && view.asked(from, from + rows.length);
    const marks = questions && asked ? await questions.marks(asked) : null;
    if (marks === null) return { length, rows };
    return { length, rows: rows.map((row, n) => ({ ...row, highlight: marks[n] ?? [] })) };
  }

  /** A view, and the root that it is of. */
  rowsOf(name: string): { root: SocketId; rows: RowView } {
    const { root, rows } = this.#get(name);
    return { root, rows };
  }

  rowBytes(name: string, indexes: readonly number[]): ResultOf<'rowBytes'> {
    const { rows } = this.#get(name);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let total = 0;
    for (const index of indexes) {
      if (index >= rows.length)
        throw new CommandError(
          'ERR_BAD_COMMAND',
          refusal('no-row', { row: index, rows: rows.length }),
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
      open.search?.refresh();
      open.statistics?.refresh();
      const { length, scanning, first = 0 } = open.rows;
      const scanned = progressOf(scanning);
      const searched = progressOf(open.search?.scanning);
      const same = length === open.toldLength && scanned === open.toldScanned;
      const counted = countedOf(open.statistics);
      const ended = open.questions?.ended ?? [];
      const marks = open.rows.places?.marks.revision ?? 0;
      const marked = marks !== open.toldMarks;
      const quiet = counted === open.toldStatistics && ended.length === open.toldEnded && !marked;
      const kept = first === open.toldFirst;
      if (same && searched === open.toldSearched && quiet && kept) continue;
      open.toldFirst = first;
      open.toldLength = length;
      open.toldScanned = scanned;
      open.toldSearched = searched;
      open.toldStatistics = counted;
      open.toldEnded = ended.length;
      open.toldMarks = marks;
      const { search, statistics } = open;
      const found = search
        ? { search: { ...search.scanning, hits: search.length, whole: search.whole } }
        : {};
      const sums = statistics ? { statistics: newsOf(statistics) } : {};
      const given = ended.length > 0 ? { highlight: { ended: [...ended] } } : {};
      const from = first > 0 ? { first } : {};
      const told = { ...from, ...sums, ...given, ...(marked ? { marks } : {}) };
      grown.push({ view, length, ...(scanning ? { scanning } : {}), ...found, ...told });
    }
    return grown;
  }

  /** The rows of a view, and whose they are. */
  view(name: string): { root: SocketId; rows: RowView } {
    return this.#get(name);
  }

  /** A question that takes a while: whether none of its kind came since, and the view is open. */
  asking(name: string, kind: string): () => boolean {
    const view = this.#get(name);
    const asked = {};
    view.asked.set(kind, asked);
    return () => this.#open.get(name) === view && view.asked.get(kind) === asked;
  }

  #get(name: string): OpenView {
    const view = this.#open.get(name);
    if (view) return view;
    throw new CommandError('ERR_NO_SUCH_VIEW', refusal('no-view', { name }));
  }
}

/** A part of a buffer would be cloned to the window with the whole buffer around it. */
function withOwnPreview(row: Row): Row {
  return { ...row, preview: new Uint8Array(row.preview) };
}
