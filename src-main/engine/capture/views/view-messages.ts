import type { Definition } from '../../../../src-shared/contract/definition';
import type { ViewShape } from '../../../../src-shared/contract/view-shape';
import type { Statistics, StatisticsOptions } from '../../../../src-shared/contract/statistics';
import type { SocketId } from '../../../../src-shared/contract/socket';
import type { IndexPiece } from '../rows/capture-index';
import type { StoredMark } from '../store/marks';
import type { FilePart } from '../format/block-source';
import type { SectionStart } from '../format/file-blocks';
import type { PassedBy } from '../scan/row-search';
import type { ToldRow } from '../reading/told-rows';
import type { Answer, Asked, Question } from '../scan/thread-questions';

/** Of one flow: whose rows they are, and its remote. */
export interface FlowName {
  socket: SocketId;
  peer: string;
  protocol: 'tcp' | 'udp' | null;
}

/** What is new since the message before. */
export interface ScanGrowth {
  path: string;
  bytes: number;
  /** Of rows that were let go meanwhile there are none. */
  pieces: readonly (IndexPiece | undefined)[];
  /** Of fragments of IP, as of rows; and how many there are. */
  fragmentPieces: readonly (IndexPiece | undefined)[];
  fragments: number;
  /** Rows before this one were let go. */
  first: number;
  /** All of them, of a recording in several files. */
  parts: readonly FilePart[] | null;
  flows: readonly FlowName[];
  /** All of them, when they changed. */
  sections: readonly SectionStart[] | null;
  /** Rows that may be looked at: the blocks of all are in the file. */
  rows: number;
  /** No more will come: what is begun, a frame perhaps, ends there. */
  complete: boolean;
  /** Packets that pass the display filter: where those begin that were found since. */
  matched: Float64Array;
  /** All of them, when they changed. */
  marks: readonly StoredMark[] | null;
  /** All of them, when they changed: rows that stand for no block. */
  told: readonly (ToldRow & { row: number })[] | null;
}

/** What a thread that looks through a capture is started with; understood already by who starts it. */
export interface ScanStart {
  shape: ViewShape;
  /** Null: the rows of all. */
  socket: SocketId | null;
  /** A filter: the places in that view where it passes are found, instead of the view itself. */
  search?: string | undefined;
  /** Of the decoders that a search or questions name, besides those of the shape. */
  definitions?: Definition[] | undefined;
  /** The messages of that view are added up. `live`: time goes on when nothing comes. */
  statistics?: { options: StatisticsOptions; live: boolean } | undefined;
  /** It looks for nothing and answers questions. */
  asked?: Asked | undefined;
}

/** The engine's own, checked where it came from: schemas would be the most of what the thread loads. */
export function isScanStart(data: unknown): data is ScanStart {
  return typeof data === 'object' && data !== null && 'shape' in data && 'socket' in data;
}

/** Nothing came since: all rows up to then, epoch ms, were told of. */
export interface TimePassed {
  passedAt: number;
}

/** Back, in order. */
export interface ScanProgress {
  /**
   * Row numbers; of a framed view FRAME_WORDS for each frame; of a search positions, in any order; of a
   * view of lines the words of every LINES_PER_MARK-th beginning.
   */
  found: Uint32Array<ArrayBuffer>;
  /** Rows looked at. */
  scanned: number;
  /** Bytes that wait for the rest of their frame. */
  pendingBytes: number;
  /** What was added up so far, when there is something to tell. */
  statistics?: Statistics;
  /** Of a view of lines: how many there are so far. */
  lines?: number;
  /** Of a search: what was found now counts from there. */
  passedBy?: PassedBy;
  /** Of rows or frames: rows that were let go before they were looked at, so far. */
  goneRows?: number;
}

/** What a thread is asked: the answer bears the same number. */
export interface ThreadQuestion {
  ask: number;
  question: Question;
}

export interface ThreadAnswer {
  ask: number;
  answer: Answer;
}
