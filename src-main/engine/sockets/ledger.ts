import type { Ledger } from '../../../src-shared/contract/socket';
import type { Direction } from '../types';

/** One chunk passed. `kept` false: the user asked for no record, so none is missing. */
export function addChunk(
  ledger: Ledger,
  direction: Direction,
  bytes: number,
  recorded: boolean,
  kept: boolean,
): void {
  if (direction === 'in') {
    ledger.receivedChunks += 1;
    ledger.receivedBytes += bytes;
  } else {
    ledger.sentChunks += 1;
    ledger.sentBytes += bytes;
  }
  if (!kept) return;
  if (recorded) {
    ledger.recordedChunks += 1;
    ledger.recordedBytes += bytes;
  } else {
    ledger.ownDroppedChunks += 1;
    ledger.ownDroppedBytes += bytes;
  }
}

/** The disk was full to the end: what waited to be written is lost after all. */
export function unrecord(ledger: Ledger, bytes: number): void {
  ledger.recordedChunks -= 1;
  ledger.recordedBytes -= bytes;
  ledger.ownDroppedChunks += 1;
  ledger.ownDroppedBytes += bytes;
}
