import type { Decoded } from '../../src-shared/decode/decoded';
import type { Decoder } from '../../src-shared/decode/decoders';
import type { Frame } from '../../src-shared/framing/framer';
import { Framer } from '../../src-shared/framing/framer';
import type { Framing } from '../../src-shared/framing/framing';
import type { ClientDirection } from '../../src-shared/framing/frame';
import type { SocketId } from '../../src-shared/contract/socket';
import type { Stamp } from '../engine/clock';
import { now } from '../engine/clock';
import type { Chunk } from '../engine/sockets/chunk';

/** What `--framing` and `--decode` ask for. */
export interface FrameViewOptions {
  framing: Framing;
  decoder: Decoder | null;
  /** Which direction asks: of a listener's connections what comes in. */
  client: ClientDirection;
}

/** One frame, to be printed like a chunk. */
export interface ShownFrame {
  /** When its last byte passed. `bytes` are those of the frame. */
  chunk: Chunk;
  frame: Frame;
  firstAt: Stamp;
  datagram: boolean;
  decoded: Decoded | null;
}

interface Conversation {
  framer: Framer;
  /** The last chunk of each direction: whose frame ends later without a chunk of its own. */
  last: Map<Frame['direction'], Chunk>;
  timer: NodeJS.Timeout | null;
}

const NS_PER_MS = 1e6;

/** Shows frames instead of chunks, each as soon as it is complete. */
export class FrameView {
  readonly #options: FrameViewOptions;
  readonly #show: (shown: ShownFrame) => void;
  readonly #conversations = new Map<SocketId, Conversation>();

  constructor(options: FrameViewOptions, show: (shown: ShownFrame) => void) {
    this.#options = options;
    this.#show = show;
  }

  /** A datagram is framed for itself: nothing goes on in the next. */
  chunk(chunk: Chunk, datagram: boolean): void {
    const known = datagram ? undefined : this.#conversations.get(chunk.socket);
    const conversation = known ?? this.#begin(datagram);
    if (!datagram) this.#conversations.set(chunk.socket, conversation);
    const { framer, last } = conversation;
    // What the gap before this chunk ends is the one before's.
    this.#tell(conversation, framer.tick(chunk.at / NS_PER_MS), datagram);
    last.set(chunk.direction, chunk);
    this.#tell(
      conversation,
      framer.push(chunk.direction, chunk.bytes, chunk.at / NS_PER_MS),
      datagram,
    );
    if (datagram) this.#tell(conversation, framer.end(chunk.direction), datagram);
    else if (this.#options.framing.kind === 'gap') this.#waitForGap(conversation);
  }

  /** Its connection is closed: what is begun is told. */
  end(socket: SocketId): void {
    const conversation = this.#conversations.get(socket);
    if (!conversation) return;
    this.#conversations.delete(socket);
    if (conversation.timer) clearTimeout(conversation.timer);
    for (const direction of ['out', 'in'] as const)
      this.#tell(conversation, conversation.framer.end(direction), false);
  }

  #begin(datagrams: boolean): Conversation {
    const { framing, client } = this.#options;
    return { framer: new Framer(framing, { client, datagrams }), last: new Map(), timer: null };
  }

  #waitForGap(conversation: Conversation): void {
    const { framing } = this.#options;
    if (framing.kind !== 'gap') return;
    if (conversation.timer) clearTimeout(conversation.timer);
    // A timer may come a little early: one more ms, and the gap is over.
    conversation.timer = setTimeout(() => {
      this.#tell(conversation, conversation.framer.tick(now() / NS_PER_MS), false);
    }, framing.ms + 1);
  }

  #tell({ last }: Conversation, frames: readonly Frame[], datagram: boolean): void {
    const { decoder, client } = this.#options;
    for (const frame of frames) {
      const from = last.get(frame.direction);
      if (!from) continue;
      const side = frame.direction === client ? 'client' : 'server';
      this.#show({
        chunk: { ...from, bytes: frame.bytes, at: Math.round(frame.lastMs * NS_PER_MS) },
        frame,
        firstAt: Math.round(frame.firstMs * NS_PER_MS),
        datagram,
        decoded: decoder && decoder.decode({ ...frame, side }),
      });
    }
  }
}
