export type Direction = 'in' | 'out';

/** Which direction the client's bytes have: out when we dialled, in when we accepted. */
export type ClientDirection = Direction;

/**
 * What a frame is in its conversation, as the framer found it in passing. With it a decoder reads any
 * single frame without those before it. The place in this list is what an index may store: five bits.
 */
export const FRAME_ROLES = [
  /** Cut by a framing that knows no protocol. */
  'frame',
  /** Between the frames of `startend`. */
  'outside',
  /** A length field that counts less than itself. */
  'bad-length',
  /** What a client asks: a line, in IMAP4 with its literals. */
  'command',
  /** What a server answers, all lines of it. */
  'reply',
  /** An answer with lines after it that a line of one dot ends. */
  'block',
  /** A text the client sends, that a line of one dot ends; or the bytes of BDAT. */
  'data',
  /** An answer of the client to a challenge: may hold a password. */
  'auth',
  /** HTTP: start line and fields. */
  'head',
  'body',
  'chunk',
  'last-chunk',
  /** Telnet: what is written. */
  'text',
  /** Telnet: from IAC on. */
  'option',
  /** Gopher: all a server says. */
  'answer',
  /** Not this protocol, or no longer: TLS records, an upgraded connection. */
  'opaque',
  /** A message of a protocol whose messages say how long they are. */
  'message',
  /** All of a datagram, where the protocol has another form in streams. */
  'datagram',
  /** MQTT: a packet of a connection whose CONNECT said 3.1 or 3.1.1. */
  'mqtt-3',
  'mqtt-5',
  /** WebSocket: a frame that continues a message, which its first frame said to be this. */
  'text-continued',
  'binary-continued',
  'compressed-continued',
] as const;

export type FrameRole = (typeof FRAME_ROLES)[number];

/** Whether it is all of a frame, or which piece of one that is longer than the maximum. */
export type FramePart = 'whole' | 'first' | 'middle' | 'last';

/** Told of each frame in order: it ends before byte `end` of its stream. */
export interface FrameSink {
  /** `incomplete`: the stream ended before the frame did. */
  frame(end: number, role: FrameRole, part: FramePart, incomplete: boolean): void;
}

/**
 * Keeps where a frame began and cuts what is too long. A frame longer than the maximum is told as
 * pieces of exactly that size and a last one, all marked; one that just fits is not, whatever the
 * chunks it came in.
 */
export class Cutter {
  readonly #sink: FrameSink;
  readonly #max: number;
  #start = 0;
  #oversize = false;
  /** Bytes of the stream so far; whoever pushes adds to it. */
  position = 0;

  constructor(sink: FrameSink, maxBytes: number) {
    this.#sink = sink;
    this.#max = maxBytes;
  }

  /** Where the frame going on began. */
  get start(): number {
    return this.#start;
  }

  /** The frame going on ends before byte `end`. An empty one is none. */
  cut(end: number, role: FrameRole, incomplete = false): void {
    if (end - this.#start > this.#max) this.grown(end, role);
    if (end > this.#start)
      this.#sink.frame(end, role, this.#oversize ? 'last' : 'whole', incomplete);
    this.#start = end;
    this.#oversize = false;
  }

  /** The frame going on reaches at least to `end`. */
  grown(end: number, role: FrameRole): void {
    while (end - this.#start > this.#max) {
      this.#start += this.#max;
      this.#sink.frame(this.#start, role, this.#oversize ? 'middle' : 'first', false);
      this.#oversize = true;
    }
  }
}

/** Finds where the frames of one direction of a stream end. Holds no bytes but those it must know. */
export interface Splitter {
  /** `bytes` are valid during the call. `atMs` is on any clock that does not go back. */
  push(bytes: Uint8Array, atMs: number): void;
  /** No more bytes will come: what is begun ends here. */
  end(): void;
  /** Time has passed without bytes: ends what only time ends. */
  tick(atMs: number): void;
}
