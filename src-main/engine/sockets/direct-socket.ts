import { Socket } from 'node:net';
import type { OnReadOpts, SocketConstructorOpts } from 'node:net';
import { Duplex } from 'node:stream';
import type { ReadMemory } from '../read-memory';

/** Four full segments of a capture. Of longer rows the window would decode and compare a part only. */
const CHUNK_BYTES = 4 * 65_495;

/** What Node's own servers and `connect` give to a socket, beside what its types name. */
interface StreamOptions extends SocketConstructorOpts {
  noDelay?: boolean;
  keepAlive?: boolean;
  keepAliveInitialDelay?: number;
  onread?: OnReadOpts;
}

/**
 * A stream that is read into memory it shares with all others (`onread` of Node's `net.Socket`).
 * While somebody takes the bytes there, they are his for the call; else they go the way of every
 * stream of Node's, copied. Half of the CPU time for a byte received, and nothing to collect.
 */
export class DirectSocket extends Socket {
  /** Takes what comes, in chunks that are valid during the call. Nobody while reading is paused. */
  direct: ((bytes: Uint8Array) => void) | null = null;

  constructor(options: StreamOptions, memory: ReadMemory) {
    const { bytes } = memory;
    const callback = (count: number) => this.#read(bytes.subarray(0, count));
    const withMemory: StreamOptions = { ...options, onread: { buffer: bytes, callback } };
    super(withMemory);
  }

  /**
   * As streams of Node's pause: a little is read on and kept, so that an end or a reset behind it is
   * noticed. With `onread` Node would stop at once, and a peer that is gone would stay listed.
   */
  override pause(): this {
    Duplex.prototype.pause.call(this);
    return this;
  }

  /** False: enough waits to be taken, reading is to stop. */
  #read(bytes: Uint8Array): boolean {
    let taken = 0;
    // Who takes a chunk may pause, or be the last who does: the rest waits then.
    while (taken < bytes.length && this.#taker) {
      const chunk = bytes.subarray(taken, taken + CHUNK_BYTES);
      this.#taker(chunk);
      taken += chunk.length;
    }
    return taken === bytes.length || this.push(Buffer.from(bytes.subarray(taken)));
  }

  /** Nobody while something waits that was received before. */
  get #taker(): DirectSocket['direct'] {
    return this.readableFlowing === true && this.readableLength === 0 ? this.direct : null;
  }
}

/**
 * Whether streams can share what they are read into: on Windows the system writes into the memory
 * of a pending read whenever bytes come (overlapped I/O), so there each has its own, by Node.
 */
const CAN_SHARE = process.platform !== 'win32';

/** For a dial, not connected yet. */
export function newSocket(options: StreamOptions, memory: ReadMemory | undefined): Socket {
  return CAN_SHARE && memory ? new DirectSocket(options, memory) : new Socket(options);
}

/**
 * The same connection, as it can be read directly. A server of Node's makes its sockets itself and
 * has no option for it, so the handle changes hands, which Node does not document: where there is
 * none, or Windows, the socket stays what it is.
 */
export function directly(accepted: Socket, options: StreamOptions, memory: ReadMemory): Socket {
  const handle: unknown = Reflect.get(accepted, '_handle');
  if (!CAN_SHARE || typeof handle !== 'object' || handle === null) return accepted;
  Reflect.set(accepted, '_handle', null);
  const withHandle: StreamOptions = Object.assign({ handle }, options);
  const socket = new DirectSocket(withHandle, memory);
  // An empty shell now; its server does not count it any more.
  accepted.destroy();
  return socket;
}
