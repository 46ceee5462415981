import { Worker } from 'node:worker_threads';
import type { SocketError } from '../../../../src-shared/contract/socket';
import { epochMs, now } from '../../clock';
import { toSocketError } from '../format/capture-error';
import type { ViewShape } from '../../../../src-shared/contract/view-shape';
import { formatFraming, parseFraming } from '../../../../src-shared/framing/framing';
import type { Statistics } from '../../../../src-shared/contract/statistics';
import { refusal } from '../../../../src-shared/refusal/refusal';
import type { PacketMatches } from '../../types';
import { JudgedRows } from './judged-rows';
import type { RowSource } from '../rows/row-reader';
import type { PassedBy } from '../scan/row-search';
import type { Answer, Question } from '../scan/thread-questions';
import type {
  ScanGrowth,
  ScanProgress,
  ScanStart,
  ThreadAnswer,
  ThreadQuestion,
  TimePassed,
} from './view-messages';

/** A thread that says nothing for so long is in an expression that takes for ever. */
const SILENT_MS = 3000;

const NONE = new Float64Array(0);

/** Asked about no oftener, however short the silence is. */
const LEAST_SILENCE_MS = 20;

/** How long a silence ends a frame of Modbus RTU (see `docs/framing.md`). */
const MODBUS_RTU_MS = 500;

/** Beside the bundle that this is part of. */
const THREAD = new URL('view-thread.js', import.meta.url);

interface ScanThreadOptions extends ScanStart {
  /** Of the display filter of the shape: only rows that Wireshark has judged are looked at. */
  matches?: PacketMatches;
  /** The bundle of the thread, where it is not beside this one. */
  thread: URL | undefined;
  found: (words: Uint32Array<ArrayBuffer>) => void;
  /** Of a search: what is found from now on counts from there. */
  passedBy?: (rows: PassedBy) => void;
  /** What was added up so far, of one that adds up. */
  counted?: (statistics: Statistics) => void;
  /** More was looked at, or no more will be. */
  onChange: () => void;
}

/** Somebody waits for it. */
interface Asked {
  answered: (answer: Answer | SocketError) => void;
  watch: NodeJS.Timeout;
}

/** A thread that looks through a capture as it grows, and is ended when an expression takes for ever. */
export class ScanThread {
  readonly #source: RowSource;
  readonly #judged: JudgedRows | null;
  readonly #stopListening: (() => void) | undefined;
  readonly #worker: Worker;
  /** Frames end when nothing comes for so long, so it is told that nothing does; null: they do not. */
  readonly #silenceMs: number | null;
  #silence: NodeJS.Timeout | null = null;
  #closed = false;
  readonly #take: ScanThreadOptions['found'];
  readonly #passedBy: NonNullable<ScanThreadOptions['passedBy']>;
  readonly #counted: NonNullable<ScanThreadOptions['counted']>;
  readonly #onChange: () => void;
  #toldPieces = 0;
  #toldFragmentPieces = 0;
  #toldFlows = 0;
  #toldSections = 0;
  #toldRows = 0;
  #toldMarks = 0;
  #toldRevision = 0;
  #toldComplete = false;
  #watch: NodeJS.Timeout | null = null;
  readonly #asked = new Map<number, Asked>();
  #asks = 0;
  /** Rows looked at so far. */
  scanned = 0;
  pendingBytes = 0;
  /** Of a view of lines: how many there are so far. */
  lines = 0;
  /** Rows that were let go before they were looked at. */
  goneRows = 0;
  /** Why no more are looked at, if so. */
  problem: SocketError | null = null;

  constructor(
    source: RowSource,
    { matches, thread, found, passedBy, counted, onChange, ...start }: ScanThreadOptions,
  ) {
    this.#source = source;
    this.#judged = matches ? new JudgedRows(source, matches) : null;
    this.#take = found;
    this.#passedBy = passedBy ?? (() => undefined);
    this.#counted = counted ?? (() => undefined);
    this.#onChange = onChange;
    const workerData: ScanStart = start;
    this.#silenceMs = source.live ? silenceOf(start.shape) : null;
    this.#worker = new Worker(thread ?? THREAD, { workerData });
    this.#worker.on('message', (message: ScanProgress | ThreadAnswer) => {
      if ('ask' in message) this.#answered(message);
      else this.#found(message);
    });
    this.#worker.on('error', (error) => {
      this.#failed(toSocketError(error));
    });
    this.#grow();
    this.#stopListening = matches?.listen(() => {
      if (matches.problem) this.#failed(matches.problem);
      else this.#onChange();
    });
    // Perhaps before anybody listened.
    if (matches?.problem) this.problem = matches.problem;
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

  /** From the rows there are now; a problem when there is no answer, also when it takes too long. */
  ask(question: Question): Promise<Answer | SocketError> {
    return new Promise((resolve) => {
      if (this.problem !== null) {
        resolve(this.problem);
        return;
      }
      this.#grow();
      const ask = ++this.#asks;
      const tooLong = () => {
        this.#failed({ code: 'ERR_FILTER_TOO_SLOW', ...refusal('expression-slow') });
      };
      this.#asked.set(ask, { answered: resolve, watch: setTimeout(tooLong, SILENT_MS) });
      const asked: ThreadQuestion = { ask, question };
      this.#worker.postMessage(asked);
    });
  }

  close(): void {
    this.#closed = true;
    this.#stopListening?.();
    if (this.#watch) clearTimeout(this.#watch);
    if (this.#silence) clearTimeout(this.#silence);
    for (const { watch } of this.#asked.values()) clearTimeout(watch);
    void this.#worker.terminate();
  }

  #grow(): void {
    const { index, fragments, flowCount, socketOf, peerOf, protocolOf, file, marks, told } =
      this.#source;
    const { path, bytes, sections, parts = null, ...there } = file();
    const { rows, complete, matched } = this.#judged?.of(there) ?? { ...there, matched: NONE };
    const sameMarks = marks.revision === this.#toldMarks;
    if (rows === this.#toldRows && complete === this.#toldComplete && sameMarks && !matched.length)
      return;
    const pieces = index.pieces(this.#toldPieces);
    const fragmentPieces = fragments?.pieces(this.#toldFragmentPieces) ?? [];
    const flows = [];
    for (let flow = this.#toldFlows; flow < flowCount(); flow++)
      flows.push({ socket: socketOf(flow), peer: peerOf(flow), protocol: protocolOf(flow) });
    // Interfaces are added to the section that is being read.
    const seen = sections.length + (sections.at(-1)?.section.interfaces.length ?? 0);
    const growth: ScanGrowth = {
      ...{ path, bytes, pieces, flows, rows, complete, parts, first: index.first },
      ...{ matched, fragmentPieces, fragments: fragments?.length ?? 0 },
      sections: seen === this.#toldSections ? null : sections,
      marks: sameMarks ? null : marks.all(),
      told: told.revision === this.#toldRevision ? null : told.all(),
    };
    this.#toldPieces += pieces.length;
    this.#toldFragmentPieces += fragmentPieces.length;
    this.#toldFlows += flows.length;
    this.#toldSections = seen;
    this.#toldRows = rows;
    this.#toldMarks = marks.revision;
    this.#toldRevision = told.revision;
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
      const row = this.scanned + 1;
      this.#failed({ code: 'ERR_FILTER_TOO_SLOW', ...refusal('filter-slow', { row }) });
    };
    this.#watch = setTimeout(tooLong, SILENT_MS).unref();
  }

  /** A frame is begun that only silence ends. */
  #awaitSilence(): void {
    if (this.#silenceMs === null || this.pendingBytes === 0 || this.#closed) return;
    this.#silence ??= setTimeout(() => {
      this.#silence = null;
      this.#tellSilence();
      this.#awaitSilence();
    }, this.#silenceMs).unref();
  }

  #tellSilence(): void {
    const at = epochMs(now());
    this.refresh();
    const { rows, complete } = this.#source.file();
    // What came up to then may still be on its way to the disk, or to the thread.
    if (complete || rows < this.#source.index.length || this.scanned < rows) return;
    const passed: TimePassed = { passedAt: at };
    this.#worker.postMessage(passed);
  }

  #answered({ ask, answer }: ThreadAnswer): void {
    const asked = this.#asked.get(ask);
    this.#asked.delete(ask);
    clearTimeout(asked?.watch);
    asked?.answered(answer);
  }

  #found(progress: ScanProgress): void {
    const { found, scanned, pendingBytes, statistics, lines, passedBy, goneRows = 0 } = progress;
    if (passedBy) this.#passedBy(passedBy);
    this.#take(found);
    if (statistics) this.#counted(statistics);
    this.scanned = scanned;
    this.pendingBytes = pendingBytes;
    this.lines = lines ?? 0;
    this.goneRows = goneRows;
    this.#await();
    this.#awaitSilence();
    this.#onChange();
  }

  #failed(problem: SocketError): void {
    this.problem ??= problem;
    this.close();
    for (const { answered } of this.#asked.values()) answered(problem);
    this.#asked.clear();
    this.#onChange();
  }
}

/** How long nothing must come for a frame to end; null: only bytes end frames, or rows are no frames. */
function silenceOf({ framing }: ViewShape): number | null {
  const parsed = framing === undefined ? null : parseFraming(framing);
  if (!parsed?.ok) return null;
  if (parsed.framing.kind === 'gap') return Math.max(LEAST_SILENCE_MS, parsed.framing.ms);
  return formatFraming(parsed.framing) === 'proto:modbus-rtu' ? MODBUS_RTU_MS : null;
}
