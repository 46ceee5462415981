import { counted } from '../../src-shared/counted';
import type { FileSendResult } from '../../src-shared/contract/file-send';

/** How a file's way ended, for people. Handed to the system is not received. */
export function fileText(result: FileSendResult): string {
  const { name, end, sentBytes, totalBytes, queuedBytes, ms, error } = result;
  const went = `${sentBytes} of ${totalBytes ?? '?'} bytes of ${name}`;
  switch (end) {
    case 'done': {
      const perSecond = Math.round((sentBytes / Math.max(1, ms)) * 1000);
      return `${went} handed over in ${(ms / 1000).toFixed(2)} s (${counted(perSecond, 'byte')}/s)`;
    }
    case 'cancelled':
      return `${went} handed over, then stopped${queuedBytes > 0 ? `; ${queuedBytes} more were queued` : ''}`;
    case 'file':
    case 'socket':
      return `NOT SENT WHOLE: ${went} handed over; ${error?.message ?? 'it was closed'}`;
    default:
      return end satisfies never;
  }
}
