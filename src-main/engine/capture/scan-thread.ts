import { Worker } from 'node:worker_threads';
import type { SocketError } from '../../../src-shared/contract/socket';
import { toSocketError } from './capture-error';
import type { Statistics } from '../../../src-shared/contract/statistics';
import type { RowSource } from './row-reader';
import type { ScanGrowth, ScanProgress, ScanStart } from './view-messages';

/** A thread that says nothing for so long is in an expression that takes for ever. */
const SILENT_MS = 3000;

/** Beside the bundle that this is part of. */
const THREAD = new URL('view-thread.js', import.meta.url);

interface ScanThreadOptions extends ScanStart {
  /** The bundle of the thread, where it is not beside this one. */
  thread: URL | undefined;
  found: (words: Uint32Array<ArrayBuffer>) => void;
  /** What was added up so far, of one that adds up. */
  counted?: (statistics: Statistics) => void;
  /** More was looked at, or no more will be. */
  onChange: () => void;
}

/** A thread that looks through a capture as it grows, and is ended when an expression takes for ever. */
export class ScanThread {
  readonly #source: RowSource;
  readonly #worker: Worker;
  readonly #take: ScanThreadOptions['found'];
  readonly #counted: NonNullable<ScanThreadOptions['counted']>;
  readonly #onChange: () => void;
  #toldPieces = 0;
  #toldFlows = 0;
  #toldSections = 0;
  #toldRows = 0;
  #toldComplete = false;
  #watch: NodeJS.Timeout | null = null;
  /** Rows looked at so far. */
  scanned = 0;
  pendingBytes = 0;
  /** Why no more are looked at, if so. */
  problem: SocketError | null = null;

  constructor(
    source: RowSource,
    { thread, found, counted, onChange, ...start }: ScanThreadOptions,
  ) {
    this.#source = source;
    this.#take = found;
    this.#counted = counted ?? (() => undefined);
    this.#onChange = onChange;
    const workerData: ScanStart = start;
    this.#worker = new Worker(thread ?? THREAD, { workerData });
    this.#worker.on('message', (progress: ScanProgress) => {
      this.#found(progress);
    });
    this.#worker.on('error', (error) => {
      this.#failed(toSocketError(error));
    });
    this.#grow();
  }

  /** No more rows will come, and all were looked at. */
  get done(): boolean {
    const { rows, complete } = this.#source.file();
    return complete && this.#toldComplete && this.scanned >= rows;
  }

  /** Hands on what came since, as soon as the thread is done with what it has. */
  refresh(): void {
    if (this.problem === null && this.scanned >= this.#toldRows) this.#grow();
  }

  close(): void {
    if (this.#watch) clearTimeout(this.#watch);
    void this.#worker.terminate();
  }

  #grow(): void {
    const { index, flowCount, socketOf, peerOf, protocolOf, file } = this.#source;
    const { path, bytes, sections, rows, complete } = file();
    if (rows === this.#toldRows && complete === this.#toldComplete) return;
    const pieces = index.pieces(this.#toldPieces);
    const flows = [];
    for (let flow = this.#toldFlows; flow < flowCount(); flow++)
      flows.push({ socket: socketOf(flow), peer: peerOf(flow), protocol: protocolOf(flow) });
    // Interfaces are added to the section that is being read.
    const seen = sections.length + (sections.at(-1)?.section.interfaces.length ?? 0);
    const growth: ScanGrowth = {
      ...{ path, bytes, pieces, flows, rows, complete },
      sections: seen === this.#toldSections ? null : sections,
    };
    this.#toldPieces += pieces.length;
    this.#toldFlows += flows.length;
    this.#toldSections = seen;
    this.#toldRows = rows;
    this.#toldComplete = complete;
    this.#worker.postMessage(growth);
    this.#await();
  }

  /** Ends a thread that is lost in an expression. */
  #await(): void {
    if (this.#watch) clearTimeout(this.#watch);
    this.#watch = null;
    if (this.scanned >= this.#toldRows) return;
    const tooLong = () => {
      const row = String(this.scanned + 1);
      const message = `The regular expression takes too long on the payloads from row ${row} on. The rows before are looked through; write it without nested repetitions such as (a+)+.`;
      this.#failed({ code: 'ERR_FILTER_TOO_SLOW', message });
    };
    this.#watch = setTimeout(tooLong, SILENT_MS).unref();
  }

  #found({ found, scanned, pendingBytes, statistics }: ScanProgress): void {
    this.#take(found);
    if (statistics) this.#counted(statistics);
    this.scanned = scanned;
    this.pendingBytes = pendingBytes;
    this.#await();
    this.#onChange();
  }

  #failed(problem: SocketError): void {
    this.problem ??= problem;
    this.close();
    this.#onChange();
  }
}
