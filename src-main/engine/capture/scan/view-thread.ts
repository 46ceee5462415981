import { parentPort, workerData } from 'node:worker_threads';
import { CaptureIndex } from '../rows/capture-index';
import { FragmentList } from '../rows/fragment-list';
import { FileBlocks } from '../format/file-blocks';
import type { FilePart } from '../format/block-source';
import type { SectionStart } from '../format/file-blocks';
import { FoundWords } from './found-words';
import { MatchedPackets } from './matched-packets';
import type { RowSource } from '../rows/row-reader';
import { loadScan } from './scans';
import type { Scan } from './scans';
import { ToldMarks } from './told-marks';
import { ToldRows } from '../reading/told-rows';
import { isScanStart } from '../views/view-messages';
import type { Answer, Question } from './thread-questions';
import type {
  FlowName,
  ScanGrowth,
  ScanProgress,
  ScanStart,
  ThreadAnswer,
  ThreadQuestion,
  TimePassed,
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

  constructor(
    start: ScanStart,
    begin: (source: RowSource) => Scan,
    tell: (progress: ScanProgress) => void,
  ) {
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
    this.#scan = begin(source);
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

  /** All rows up to then, epoch ms, were told of. */
  passed(atMs: number): void {
    const hit = (words: readonly number[]) => {
      this.#found.add(words);
    };
    const isWhole = this.#scan.scanned >= this.#index.length;
    if (isWhole && this.#scan.passed?.(atMs, hit) === true) this.#schedule();
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
    const { passedBy, goneRows = 0 } = scan;
    const news = { ...(statistics ? { statistics } : {}), ...(passedBy ? { passedBy } : {}) };
    this.#tell({ found: this.#found.take(), scanned, pendingBytes, goneRows, ...counted, ...news });
    if (!whole) this.#schedule();
    else if (!this.#complete) this.#wakeIn(scan.wakeMs ?? null);
  }
}

if (parentPort) {
  const port = parentPort;
  const start: unknown = workerData;
  if (!isScanStart(start)) throw new Error('A thread is started with what it is to look for');
  // What is told meanwhile waits until somebody listens.
  const thread = new ViewThread(start, await loadScan(start), (progress) => {
    port.postMessage(progress, [progress.found.buffer]);
  });
  // The engine's own messages: nothing else can speak here.
  port.on('message', (message: ScanGrowth | TimePassed | ThreadQuestion) => {
    if ('passedAt' in message) thread.passed(message.passedAt);
    else if (!('ask' in message)) thread.grew(message);
    else {
      const answer: ThreadAnswer = { ask: message.ask, answer: thread.answer(message.question) };
      port.postMessage(answer);
    }
  });
}
