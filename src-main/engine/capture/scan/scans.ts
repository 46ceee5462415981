import type { Statistics } from '../../../../src-shared/contract/statistics';
import type { Definition } from '../../../../src-shared/contract/definition';
import type { Decoders } from '../../../../src-shared/decode/decoders';
import type { Charset } from '../../../../src-shared/encoding/charset';
import { loadCharset } from '../../../../src-shared/encoding/load';
import { decodersIn, withDecoders } from '../../../../src-shared/filter/decoded-field';
import type { Filter } from '../../../../src-shared/filter/filter';
import { parseFilter } from '../../../../src-shared/filter/parse';
import { parseFraming } from '../../../../src-shared/framing/framing';
import type { Framing } from '../../../../src-shared/framing/framing';
import type { RowSource } from '../rows/row-reader';
import type { ScanStart } from '../views/view-messages';
import type { PassedBy } from './row-search';
import type { Answer, Question } from './thread-questions';

/** Looks through rows from the first on; `hit` gets the words of what it finds. */
export interface Scan {
  readonly scanned: number;
  readonly pendingBytes: number;
  scan(end: number, ms: number, hit: (words: readonly number[]) => void): void;
  /** No more rows will come. */
  finish?(hit: (words: readonly number[]) => void): void;
  /** Nothing came up to then, epoch ms. Whether that made it find something. */
  passed?(atMs: number, hit: (words: readonly number[]) => void): boolean;
  /** What was added up, if that is to be told now. `over`: no more will come. */
  news?(over: boolean): Statistics | null;
  /** When to go on though no row came, ms from now; null: never. */
  readonly wakeMs?: number | null;
  /** Of a view of lines: how many there are so far. */
  readonly lines?: number;
  /** Of a search: rows that were gone before it came to them, when it went on last. */
  readonly passedBy?: PassedBy | null;
  /** Rows that were let go before they were looked at. */
  readonly goneRows?: number;
  /** Of one that is asked. */
  answer?(question: Question): Answer;
}

/** What is looked at, as soon as that is known. */
type Begin = (source: RowSource) => Scan;

/**
 * What a thread is to do, with no more code than that needs: a thread is made for each search, and what
 * it loads takes longer than to look through some hundred megabytes. Rejects with what is wrong.
 */
export async function loadScan(start: ScanStart): Promise<Begin> {
  const { shape, socket, search, statistics, asked } = start;
  const charset = await loadCharset(shape.encoding ?? 'utf-8');
  const definitions = [...(shape.definitions ?? []), ...(start.definitions ?? [])];
  const understand = (text: string) => understood(text, charset, definitions);
  if (asked) {
    const rules = await Promise.all(asked.rules.map(understand));
    const { Answerer } = await import('./answerer');
    return (source) => new Answerer(source, socket, { rules, trying: asked.trying });
  }
  const { lines } = shape;
  if (lines && search !== undefined) {
    const [{ LineSearch }, sought] = await Promise.all([
      import('./line-search'),
      understand(search),
    ]);
    return (source) => new LineSearch(source, sought, { lines, socket, charset });
  }
  if (lines && !statistics) {
    const { LineScan } = await import('./line-scan');
    return (source) => new LineScan(source, { lines, socket }, charset);
  }
  const filter = await shownFilter(shape, understand);
  const framing = shape.framing === undefined ? null : framingOf(shape.framing);
  if (statistics) {
    const { StatisticsScan } = await import('./statistics/statistics-scan');
    // Its rules of which answer belongs to which request are filters, understood as they are met.
    const decoders = await decodersOf(definitions);
    const sync = (text: string) => withDecoders(parsedFilter(text, charset), decoders);
    const of = { filter, framing, socket, understand: sync, ...statistics };
    return (source) => new StatisticsScan(source, of);
  }
  if (search !== undefined) {
    const [{ FrameSearch, RowSearch }, sought] = await Promise.all([
      import('./row-search'),
      understand(search),
    ]);
    const searched = { search: sought, filter, socket };
    return (source) =>
      framing ? new FrameSearch(source, framing, searched) : new RowSearch(source, searched);
  }
  if (framing) {
    const { FrameScan } = await import('./frame-scan');
    return (source) => new FrameScan(source, framing, filter, socket);
  }
  if (!filter) throw new Error('A view with neither filter nor framing needs no thread');
  const { RowScan } = await import('./row-scan');
  return (source) => new RowScan(source, filter, socket);
}

/** What passes; null: all. */
async function shownFilter(
  { filter, displayFilter }: ScanStart['shape'],
  understand: (text: string) => Promise<Filter>,
): Promise<Filter | null> {
  const passes = filter === undefined ? null : await understand(filter);
  if (displayFilter === undefined) return passes;
  const displayed: Filter = { kind: 'displayed' };
  return passes ? { kind: 'all', parts: [displayed, passes] } : displayed;
}

async function understood(
  text: string,
  charset: Charset,
  definitions: readonly Definition[],
): Promise<Filter> {
  const filter = parsedFilter(text, charset);
  if (decodersIn(filter).length === 0) return filter;
  return withDecoders(filter, await decodersOf(definitions));
}

async function decodersOf(definitions: readonly Definition[]): Promise<Decoders> {
  const { Decoders } = await import('../../../../src-shared/decode/decoders');
  return Decoders.of(definitions);
}

function parsedFilter(text: string, charset: Charset): Filter {
  const parsed = parseFilter(text, charset);
  if (parsed.ok) return parsed.filter;
  throw new Error(parsed.error.message);
}

function framingOf(text: string): Framing {
  const parsed = parseFraming(text);
  if (parsed.ok) return parsed.framing;
  throw new Error(parsed.error.message);
}
