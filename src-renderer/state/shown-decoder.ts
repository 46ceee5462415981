import { decoderChoice, framedDecoder, usualDecoder } from '../format/decoder-choice';
import type { SocketId } from '../../src-shared/contract/socket';
import type { DraftDesk } from './drafts.svelte';

/** The decoder of a log: the chosen one, that of its framing, or what is usual at its address. */
export function shownDecoder(
  desk: DraftDesk,
  socket: SocketId,
  address: () => string | undefined,
): () => ReturnType<typeof usualDecoder> {
  return () => {
    const chosen = desk.decoderOf(socket);
    if (chosen !== undefined) return decoderChoice(chosen);
    return framedDecoder(desk.framing) ?? usualDecoder(address() ?? '');
  };
}
