import { parentPort, workerData } from 'node:worker_threads';
import type { Statistics } from '../../../src-shared/contract/statistics';
import type { Filter } from '../../../src-shared/filter/filter';
import { parseFilter } from '../../../src-shared/filter/parse';
import { parseFraming } from '../../../src-shared/framing/framing';
import { CaptureIndex } from './capture-index';
import { FileBlocks } from './file-blocks';
import type { SectionStart } from './file-blocks';
import { FrameScan } from './frame-scan';
import { FrameSearch, RowSearch } from './row-search';
import type { RowSource } from './row-reader';
import { RowScan } from './row-scan';
import { StatisticsScan } from './statistics/statistics-scan';
import { scanStart } from './view-messages';
import type { FlowName, ScanGrowth, ScanProgress, ScanStart } from './view-messages';

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
}

/** The file as far as this thread was told of it. */
class ToldFile {
  path = '';
  bytes = 0;
  sections: readonly SectionStart[] = [];
}

class ViewThread {
  readonly #index = new CaptureIndex();
  readonly #flows: FlowName[] = [];
  readonly #file = new ToldFile();
  readonly #scan: Scan;
  readonly #tell: (progress: ScanProgress) => void;
  #complete = false;
  #wake: NodeJS.Timeout | undefined;
  #scheduled = false;

  constructor(start: ScanStart, tell: (progress: ScanProgress) => void) {
    this.#tell = tell;
    const { shape, search, statistics } = start;
    const streamed =
      (search !== undefined || statistics !== undefined) &&
      shape.filter === undefined &&
      shape.framing === undefined;
    const source: RowSource = {
      index: this.#index,
      blocks: new FileBlocks(this.#file, streamed ? STREAMED_BYTES : undefined),
      socketOf: (flow) => this.#flows[flow]?.socket ?? 0,
      nameOf: () => null,
      peerOf: (flow) => this.#flows[flow]?.peer ?? '',
      protocolOf: (flow) => this.#flows[flow]?.protocol ?? null,
      flowCount: () => this.#flows.length,
      file: () => ({ ...this.#file, rows: this.#index.length, complete: this.#complete }),
      summary: () => null,
      live: start.statistics?.live ?? false,
    };
    this.#scan = scanOf(source, start);
  }

  grew({ path, bytes, pieces, flows, sections, rows, complete }: ScanGrowth): void {
    this.#file.path = path;
    this.#file.bytes = bytes;
    if (sections) this.#file.sections = sections;
    this.#flows.push(...flows);
    this.#index.grew(pieces, rows);
    this.#complete = complete;
    this.#schedule();
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
    const found: number[] = [];
    const hit = (words: readonly number[]) => {
      for (const word of words) found.push(word);
    };
    scan.scan(this.#index.length, SLICE_MS, hit);
    const whole = scan.scanned >= this.#index.length;
    if (whole && this.#complete) scan.finish?.(hit);
    const { scanned, pendingBytes } = scan;
    const statistics = scan.news?.(whole && this.#complete);
    const news = statistics ? { statistics } : {};
    this.#tell({ found: Uint32Array.from(found), scanned, pendingBytes, ...news });
    if (!whole) this.#schedule();
    else if (!this.#complete) this.#wakeIn(scan.wakeMs ?? null);
  }
}

function scanOf(source: RowSource, { shape, socket, search, statistics }: ScanStart): Scan {
  const { filter, framing } = shape;
  const understood = filter === undefined ? null : understoodFilter(filter);
  const parsed = framing === undefined ? null : parseFraming(framing);
  if (parsed?.ok === false) throw new Error(parsed.error.message);
  if (statistics) {
    const of = { filter: understood, framing: parsed?.framing ?? null, socket };
    return new StatisticsScan(source, { ...of, ...statistics });
  }
  if (search !== undefined) {
    const searched = { search: understoodFilter(search), filter: understood, socket };
    if (parsed) return new FrameSearch(source, parsed.framing, searched);
    return new RowSearch(source, searched);
  }
  if (parsed) return new FrameScan(source, parsed.framing, understood, socket);
  if (!understood) throw new Error('A view with neither filter nor framing needs no thread');
  return new RowScan(source, understood, socket);
}

function understoodFilter(text: string): Filter {
  const parsed = parseFilter(text);
  if (parsed.ok) return parsed.filter;
  throw new Error(parsed.error.message);
}

if (parentPort) {
  const port = parentPort;
  const thread = new ViewThread(scanStart.parse(workerData), (progress) => {
    port.postMessage(progress, [progress.found.buffer]);
  });
  // The engine's own messages: nothing else can speak here.
  port.on('message', (growth: ScanGrowth) => {
    thread.grew(growth);
  });
}
