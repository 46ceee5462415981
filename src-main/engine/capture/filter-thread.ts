import { parentPort, workerData } from 'node:worker_threads';
import { parseFilter } from '../../../src-shared/filter/parse';
import { CaptureIndex } from './capture-index';
import { FileBlocks } from './file-blocks';
import type { SectionStart } from './file-blocks';
import { filterStart } from './filter-messages';
import type { FilterProgress, FilterStart, FlowName, ScanGrowth } from './filter-messages';
import type { RowSource } from './row-reader';
import { RowScan } from './row-scan';

/*
 * Looks through the rows of a capture for one filtered view, beside the thread that serves sockets:
 * it shares the index and reads the file itself. A regular expression may take for ever here; who
 * started the thread then ends it.
 */

/** How long until what was found is told, and growth is heard of. */
const SLICE_MS = 30;

/** The file as far as this thread was told of it. */
class ToldFile {
  path = '';
  bytes = 0;
  sections: readonly SectionStart[] = [];
}

class FilterThread {
  readonly #index = new CaptureIndex();
  readonly #flows: FlowName[] = [];
  readonly #file = new ToldFile();
  readonly #scan: RowScan;
  readonly #tell: (progress: FilterProgress) => void;
  #scheduled = false;

  constructor(start: FilterStart, tell: (progress: FilterProgress) => void) {
    this.#tell = tell;
    const parsed = parseFilter(start.filter);
    if (!parsed.ok) throw new Error(parsed.error.message);
    const source: RowSource = {
      index: this.#index,
      blocks: new FileBlocks(this.#file),
      socketOf: (flow) => this.#flows[flow]?.socket ?? 0,
      peerOf: (flow) => this.#flows[flow]?.peer ?? '',
      // The filter asks `peerOf` alone.
      nameOf: () => null,
      flowCount: () => this.#flows.length,
      file: () => ({ ...this.#file, rows: this.#index.length }),
      summary: () => null,
    };
    this.#scan = new RowScan(source, parsed.filter, start.socket);
  }

  grew({ path, bytes, pieces, flows, sections, rows }: ScanGrowth): void {
    this.#file.path = path;
    this.#file.bytes = bytes;
    if (sections) this.#file.sections = sections;
    this.#flows.push(...flows);
    this.#index.grew(pieces, rows);
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

  #slice(): void {
    const found: number[] = [];
    this.#scan.scan(this.#index.length, SLICE_MS, (row) => found.push(row));
    this.#tell({ hits: Uint32Array.from(found), scanned: this.#scan.scanned });
    if (this.#scan.scanned < this.#index.length) this.#schedule();
  }
}

if (parentPort) {
  const port = parentPort;
  const thread = new FilterThread(filterStart.parse(workerData), (progress) => {
    port.postMessage(progress, [progress.hits.buffer]);
  });
  // The engine's own messages: nothing else can speak here.
  port.on('message', (growth: ScanGrowth) => {
    thread.grew(growth);
  });
}
