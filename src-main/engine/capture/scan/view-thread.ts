import { parentPort, workerData } from 'node:worker_threads';
import type { Statistics } from '../../../../src-shared/contract/statistics';
import { withDecoders } from '../../../../src-shared/filter/decoded-field';
import type { ViewShape } from '../../../../src-shared/contract/view-shape';
import type { Filter } from '../../../../src-shared/filter/filter';
import { Decoders } from '../../../../src-shared/decode/decoders';
import type { Charset } from '../../../../src-shared/encoding/charset';
import { loadCharset } from '../../../../src-shared/encoding/load';
import { parseFilter } from '../../../../src-shared/filter/parse';
import { parseFraming } from '../../../../src-shared/framing/framing';
import { CaptureIndex } from '../rows/capture-index';
import { FragmentList } from '../rows/fragment-list';
import { FileBlocks } from '../format/file-blocks';
import type { FilePart } from '../format/block-source';
import type { SectionStart } from '../format/file-blocks';
import { Answerer } from './answerer';
import { FoundWords } from './found-words';
import { FrameScan } from './frame-scan';
import { MatchedPackets } from './matched-packets';
import { LineScan } from './line-scan';
import { LineSearch } from './line-search';
import { FrameSearch, RowSearch } from './row-search';
import type { PassedBy } from './row-search';
import type { RowSource } from '../rows/row-reader';
import { RowScan } from './row-scan';
import { StatisticsScan } from './statistics/statistics-scan';
import { ToldMarks } from './told-marks';
import { ToldRows } from '../reading/told-rows';
import { scanStart } from '../views/view-messages';
import type { Answer, Question } from './thread-questions';
import type {
  FlowName,
  ScanGrowth,
  ScanProgress,
  ScanStart,
  ThreadAnswer,
  ThreadQuestion,
} from '../views/view-messages';

/*
 * Looks through the rows of a capture for one view that is filtered or framed, or for one search, beside the thread that
 * serves sockets: it shares the index and reads the file itself. A regular expression may take for
 * ever here; who started the thread then ends it.
 */

/** How long until what was found is told, and growth is heard of. */
const SLICE_MS = 30;

/** Of the file, read at once where all of it is read from first to last. */
const STREAMED_BYTES = 1 << 20;

/** Looks through rows from the first on; `hit` gets the words of what it finds. */
interface Scan {
  readonly scanned: number;
  readonly pendingBytes: number;
  scan(end: number, ms: number, hit: (words: readonly number[]) => void): void;
  /** No more rows will come. */
  finish?(hit: (words: readonly number[]) => void): void;
  /** What was added up, if that is to be told now. `over`: no more will come. */
  news?(over: boolean): Statistics | null;
  /** When to go on though no row came, ms from now; null: never. */
  readonly wakeMs?: number | null;
  /** Of a view of lines: how many there are so far. */
  readonly lines?: number;
  /** Of a search: rows that were gone before it came to them, when it went on last. */
  readonly passedBy?: PassedBy | null;
  /** Of one that is asked. */
  answer?(question: Question): Answer;
}

/** What patterns and decoded fields are looked at with. */
interface Reading {
  charset: Charset;
  decoders: Decoders;
}

/** The file as far as this thread was told of it. */
class ToldFile {
  path = '';
  bytes = 0;
  sections: readonly SectionStart[] = [];
  parts: readonly FilePart[] | undefined;
}

class ViewThread {
  readonly #index = new CaptureIndex();
  readonly #fragments = new FragmentList();
  readonly #flows: FlowName[] = [];
  readonly #file = new ToldFile();
  readonly #marks = new ToldMarks(this.#index);
  readonly #told = new ToldRows();
  readonly #matched = new MatchedPackets();
  readonly #found = new FoundWords();
  readonly #scan: Scan;
  readonly #tell: (progress: ScanProgress) => void;
  #complete = false;
  #wake: NodeJS.Timeout | undefined;
  #scheduled = false;

  constructor(start: ScanStart, reading: Reading, tell: (progress: ScanProgress) => void) {
    this.#tell = tell;
    const { shape, search, statistics } = start;
    const { filter, framing, lines, displayFilter } = shape;
    const wholeFile = [search, statistics, lines].some((part) => part !== undefined);
    const filtered = filter !== undefined || displayFilter !== undefined;
    const framed = framing !== undefined && start.asked === undefined;
    // What frames are looked at for is read beside what they are made from.
    const streamed = !filtered && wholeFile !== framed;
    const source: RowSource = {
      index: this.#index,
      fragments: this.#fragments,
      blocks: new FileBlocks(this.#file, streamed ? STREAMED_BYTES : undefined),
      socketOf: (flow) => this.#flows[flow]?.socket ?? 0,
      nameOf: () => null,
      peerOf: (flow) => this.#flows[flow]?.peer ?? '',
      protocolOf: (flow) => this.#flows[flow]?.protocol ?? null,
      flowCount: () => this.#flows.length,
      file: () => ({ ...this.#file, rows: this.#index.length, complete: this.#complete }),
      told: this.#told,
      marks: this.#marks,
      matched: this.#matched,
      live: start.statistics?.live ?? false,
    };
    this.#scan = scanOf(source, start, reading);
  }

  grew(growth: ScanGrowth): void {
    const { path, bytes, parts, pieces, first, flows, sections, rows, complete, marks, told } =
      growth;
    this.#matched.add(growth.matched);
    this.#file.path = path;
    this.#file.bytes = bytes;
    this.#file.parts = parts ?? undefined;
    if (sections) this.#file.sections = sections;
    this.#flows.push(...flows);
    this.#index.grew(pieces, rows);
    this.#fragments.grew(growth.fragmentPieces, growth.fragments);
    this.#index.letGo(first);
    if (marks) this.#marks.told(marks);
    for (const { row, ...said } of told ?? [])
      this.#told.tell(row, { at: () => said.at, note: () => said.note });
    this.#complete = complete;
    this.#schedule();
  }

  answer(question: Question): Answer {
    const answer = this.#scan.answer?.(question);
    if (answer) return answer;
    throw new Error('A thread that looks for something is not asked');
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#slice();
    });
  }

  #wakeIn(ms: number | null): void {
    clearTimeout(this.#wake);
    if (ms !== null) this.#wake = setTimeout(() => this.#slice(), ms);
  }

  #slice(): void {
    const scan = this.#scan;
    const hit = (words: readonly number[]) => {
      this.#found.add(words);
    };
    scan.scan(this.#index.length, SLICE_MS, hit);
    const whole = scan.scanned >= this.#index.length;
    if (whole && this.#complete) scan.finish?.(hit);
    const { scanned, pendingBytes, lines } = scan;
    const counted = lines === undefined ? {} : { lines };
    const statistics = scan.news?.(whole && this.#complete);
    const { passedBy } = scan;
    const news = { ...(statistics ? { statistics } : {}), ...(passedBy ? { passedBy } : {}) };
    this.#tell({ found: this.#found.take(), scanned, pendingBytes, ...counted, ...news });
    if (!whole) this.#schedule();
    else if (!this.#complete) this.#wakeIn(scan.wakeMs ?? null);
  }
}

function scanOf(
  source: RowSource,
  { shape, socket, search, statistics, asked }: ScanStart,
  reading: Reading,
): Scan {
  const { framing, lines } = shape;
  const { charset } = reading;
  if (asked) {
    const rules = asked.rules.map((rule) => understoodFilter(rule, reading));
    return new Answerer(source, socket, { rules, trying: asked.trying });
  }
  if (lines && search !== undefined)
    return new LineSearch(source, understoodFilter(search, reading), { lines, socket, charset });
  if (lines && !statistics) return new LineScan(source, { lines, socket }, charset);
  const understood = shownFilter(shape, reading);
  const parsed = framing === undefined ? null : parseFraming(framing);
  if (parsed?.ok === false) throw new Error(parsed.error.message);
  if (statistics) {
    const understand = (text: string) => understoodFilter(text, reading);
    const of = { filter: understood, framing: parsed?.framing ?? null, socket, understand };
    return new StatisticsScan(source, { ...of, ...statistics });
  }
  if (search !== undefined) {
    const searched = { search: understoodFilter(search, reading), filter: understood, socket };
    if (parsed) return new FrameSearch(source, parsed.framing, searched);
    return new RowSearch(source, searched);
  }
  if (parsed) return new FrameScan(source, parsed.framing, understood, socket);
  if (!understood) throw new Error('A view with neither filter nor framing needs no thread');
  return new RowScan(source, understood, socket);
}

/** What passes; null: all. */
function shownFilter({ filter, displayFilter }: ViewShape, reading: Reading): Filter | null {
  const understood = filter === undefined ? null : understoodFilter(filter, reading);
  if (displayFilter === undefined) return understood;
  const displayed: Filter = { kind: 'displayed' };
  return understood ? { kind: 'all', parts: [displayed, understood] } : displayed;
}

function understoodFilter(text: string, { charset, decoders }: Reading): Filter {
  const parsed = parseFilter(text, charset);
  if (parsed.ok) return withDecoders(parsed.filter, decoders);
  throw new Error(parsed.error.message);
}

if (parentPort) {
  const port = parentPort;
  const start = scanStart.parse(workerData);
  // What is told meanwhile waits until somebody listens.
  const charset = await loadCharset(start.shape.encoding ?? 'utf-8');
  const definitions = [...(start.shape.definitions ?? []), ...(start.definitions ?? [])];
  const decoders = await Decoders.of(definitions);
  const thread = new ViewThread(start, { charset, decoders }, (progress) => {
    port.postMessage(progress, [progress.found.buffer]);
  });
  // The engine's own messages: nothing else can speak here.
  port.on('message', (message: ScanGrowth | ThreadQuestion) => {
    if (!('ask' in message)) thread.grew(message);
    else {
      const answer: ThreadAnswer = { ask: message.ask, answer: thread.answer(message.question) };
      port.postMessage(answer);
    }
  });
}
