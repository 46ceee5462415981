import type { OpenedCapture } from '../../../../src-main/engine/capture/reading/capture-file';
import type { FoundFlow } from '../../../../src-main/engine/capture/reading/found-flow';

/** All that passed on a flow each way, as the rows have it; hex. */
export function payloads(
  capture: OpenedCapture,
  { socket }: FoundFlow,
): { out: string; in: string } {
  const view = capture.view(socket);
  const found = { out: '', in: '' };
  for (let from = 0; from < view.length; from += 512)
    for (const { direction, index } of view.rows(from, 512))
      if (direction === 'in' || direction === 'out')
        found[direction] += Buffer.from(view.bytes(index)).toString('hex');
  return found;
}
