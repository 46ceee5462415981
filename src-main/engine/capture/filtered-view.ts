import { Worker } from 'node:worker_threads';
import type { Row } from '../../../src-shared/contract/row';
import type { SocketError, SocketId } from '../../../src-shared/contract/socket';
import type { RowView, ViewFilter } from '../types';
import { toSocketError } from './capture-error';
import { RowList } from './capture-index';
import type { FilterProgress, FilterStart, ScanGrowth } from './filter-messages';
import { RowReader } from './row-reader';
import type { RowSource } from './row-reader';

/** A thread that says nothing for so long is in an expression that takes for ever. */
const SILENT_MS = 3000;

/** Beside the bundle that this is part of. */
const THREAD = new URL('filter-thread.js', import.meta.url);

interface FilteredViewOptions extends ViewFilter {
  /** Null: the rows of all. */
  socket: SocketId | null;
}

/** The rows that a filter lets pass; another thread looks for them, and they come as it finds them. */
export class FilteredView implements RowView {
  readonly #source: RowSource;
  readonly #reader: RowReader;
  readonly #list = new RowList();
  readonly #worker: Worker;
  readonly #onChange: () => void;
  #toldPieces = 0;
  #toldFlows = 0;
  #toldSections = 0;
  #toldRows = 0;
  #watch: NodeJS.Timeout | null = null;
  #scanned = 0;
  #problem: SocketError | null = null;

  constructor(source: RowSource, { filter, socket, onChange, thread }: FilteredViewOptions) {
    this.#source = source;
    this.#reader = new RowReader(source);
    this.#onChange = onChange;
    const workerData: FilterStart = { filter, socket };
    this.#worker = new Worker(thread ?? THREAD, { workerData });
    this.#worker.on('message', (progress: FilterProgress) => {
      this.#found(progress);
    });
    this.#worker.on('error', (error) => {
      this.#failed(toSocketError(error));
    });
    this.#grow();
  }

  get length(): number {
    return this.#list.length;
  }

  get filtering(): NonNullable<RowView['filtering']> {
    return { scannedRows: this.#scanned, problem: this.#problem };
  }

  rows(from: number, count: number): Row[] {
    const end = Math.min(this.length, from + count);
    return this.#reader.rows(from, end, (index) => this.#list.at(index));
  }

  bytes(index: number): Uint8Array {
    return index < this.length ? this.#reader.bytes(this.#list.at(index)) : new Uint8Array(0);
  }

  /** Hands on what came since, as soon as the thread is done with what it has. */
  refresh(): void {
    if (this.#problem === null && this.#scanned >= this.#toldRows) this.#grow();
  }

  close(): void {
    if (this.#watch) clearTimeout(this.#watch);
    void this.#worker.terminate();
  }

  #grow(): void {
    const { index, flowCount, socketOf, peerOf, file } = this.#source;
    const { path, bytes, sections, rows } = file();
    if (rows === this.#toldRows) return;
    const pieces = index.pieces(this.#toldPieces);
    const flows = [];
    for (let flow = this.#toldFlows; flow < flowCount(); flow++)
      flows.push({ socket: socketOf(flow), peer: peerOf(flow) });
    // Interfaces are added to the section that is being read.
    const seen = sections.length + (sections.at(-1)?.section.interfaces.length ?? 0);
    const growth: ScanGrowth = {
      ...{ path, bytes, pieces, flows, rows },
      sections: seen === this.#toldSections ? null : sections,
    };
    this.#toldPieces += pieces.length;
    this.#toldFlows += flows.length;
    this.#toldSections = seen;
    this.#toldRows = rows;
    this.#await();
    this.#worker.postMessage(growth);
  }

  /** Ends a thread that is lost in an expression. */
  #await(): void {
    if (this.#watch) clearTimeout(this.#watch);
    this.#watch = null;
    if (this.#scanned >= this.#toldRows) return;
    const tooLong = () => {
      const row = String(this.#scanned + 1);
      const message = `The regular expression takes too long on the payloads from row ${row} on. The rows before are filtered; write it without nested repetitions such as (a+)+.`;
      this.#failed({ code: 'ERR_FILTER_TOO_SLOW', message });
    };
    this.#watch = setTimeout(tooLong, SILENT_MS).unref();
  }

  #found({ hits, scanned }: FilterProgress): void {
    for (const row of hits) this.#list.append(row);
    this.#scanned = scanned;
    this.#await();
    this.#onChange();
  }

  #failed(problem: SocketError): void {
    this.#problem ??= problem;
    this.close();
    this.#onChange();
  }
}
