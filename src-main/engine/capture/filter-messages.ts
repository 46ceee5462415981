import { z } from 'zod';
import { socketId } from '../../../src-shared/contract/socket';
import type { SocketId } from '../../../src-shared/contract/socket';
import type { IndexPiece } from './capture-index';
import type { SectionStart } from './file-blocks';

/** Of one flow: whose rows they are, and its remote. */
export interface FlowName {
  socket: SocketId;
  peer: string;
}

/** What is new since the message before. */
export interface ScanGrowth {
  path: string;
  bytes: number;
  pieces: readonly IndexPiece[];
  flows: readonly FlowName[];
  /** All of them, when they changed. */
  sections: readonly SectionStart[] | null;
  /** Rows that may be looked at: the blocks of all are in the file. */
  rows: number;
}

/** What a thread that filters is started with. */
export const filterStart = z.object({
  /** In the grammar of filters; understood already by who starts the thread. */
  filter: z.string(),
  /** Null: the rows of all. */
  socket: socketId.nullable(),
});
export type FilterStart = z.infer<typeof filterStart>;

/** Back: rows that pass, in order, and how many were looked at. */
export interface FilterProgress {
  hits: Uint32Array<ArrayBuffer>;
  scanned: number;
}
