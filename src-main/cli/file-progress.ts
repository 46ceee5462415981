import { counted } from '../../src-shared/counted';
import type { FileSendProgress } from '../../src-shared/contract/file-send';
import type { SocketId } from '../../src-shared/contract/socket';
import type { Engine } from '../engine/engine';
import type { StatusLine } from './status-line';

/** Often enough for a person. */
const ASK_MS = 500;

/** Shows how far a file is while it is on its way; returns what ends that. */
export function showProgress(engine: Engine, socket: SocketId, status: StatusLine): () => void {
  const timer = setInterval(() => {
    void engine.command('fileSendProgress', { socket }).then(({ progress }) => {
      if (progress) status.show(progressText(progress));
    });
  }, ASK_MS);
  return () => {
    clearInterval(timer);
    status.clear();
  };
}

/** `firmware.bin: 12345 of 50000 bytes, 25 %, 4096 bytes/s, 9 s left`. */
export function progressText({ name, sentBytes, totalBytes, ms }: FileSendProgress): string {
  const perSecond = Math.round((sentBytes / Math.max(1, ms)) * 1000);
  const speed = `${counted(perSecond, 'byte')}/s`;
  if (totalBytes === null || totalBytes === 0)
    return `${name}: ${counted(sentBytes, 'byte')}, ${speed}`;
  const percent = Math.floor((sentBytes / totalBytes) * 100);
  const left = perSecond === 0 ? '' : `, ${Math.ceil((totalBytes - sentBytes) / perSecond)} s left`;
  return `${name}: ${sentBytes} of ${counted(totalBytes, 'byte')}, ${percent} %, ${speed}${left}`;
}
