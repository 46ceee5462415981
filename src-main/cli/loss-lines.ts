import { counted } from '../../src-shared/counted';
import type { SocketInfo } from '../../src-shared/contract/socket';

/** What the command line itself could not do. */
export interface OwnLosses {
  /** Datagrams, while standard output was full. */
  notPrinted: number;
  /** Rows that a ring let go before they were looked at and printed. */
  skippedRows: number;
  /** Given for sending and not taken by the system. */
  unsentBytes: number;
}

/** The promise: if anything was lost, say how much and where. Also with --quiet. */
export function lossLines(
  { ledger, capture }: SocketInfo,
  losses: OwnLosses,
  isRecorded: boolean,
): string[] {
  const { kernelDropped, ownDroppedChunks, ownDroppedBytes, refusedConnections } = ledger;
  const lines: string[] = [];
  if (kernelDropped !== null && kernelDropped > 0)
    lines.push(`LOST: ${counted(kernelDropped, 'datagram')} dropped by the kernel`);
  if (ownDroppedChunks > 0 && isRecorded)
    lines.push(
      `NOT RECORDED: ${counted(ownDroppedBytes, 'byte')} in ${ownDroppedChunks}; the file has a gap`,
    );
  else if (ownDroppedChunks > 0)
    lines.push(
      `NOT PRINTED: ${counted(ownDroppedBytes, 'byte')} in ${ownDroppedChunks}; the folder for temporary files took no more`,
    );
  if (capture?.error && isRecorded)
    lines.push(`INCOMPLETE: the end of the capture was not written (${capture.error.code})`);
  if (refusedConnections > 0)
    lines.push(
      `REFUSED: ${counted(refusedConnections, 'connection')}, for want of file descriptors`,
    );
  if (losses.notPrinted > 0)
    lines.push(
      `NOT PRINTED: ${counted(losses.notPrinted, 'datagram')}; standard output was read too slowly`,
    );
  if (losses.skippedRows > 0)
    lines.push(
      `NOT PRINTED: ${counted(losses.skippedRows, 'row')}; more came than was looked at in time`,
    );
  if (losses.unsentBytes > 0)
    lines.push(`NOT SENT: ${counted(losses.unsentBytes, 'byte')}; the connection closed before`);
  return lines;
}
