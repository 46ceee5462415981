import type { RowEvent } from '../../../../src-shared/contract/row';
import type { SocketId } from '../../../../src-shared/contract/socket';
import type { Filter } from '../../../../src-shared/filter/filter';
import { rowTest } from '../../../../src-shared/filter/matcher';
import type { RowTest } from '../../../../src-shared/filter/matcher';
import type {
  FramePart,
  FrameRole,
  FrameSink,
  Splitter,
} from '../../../../src-shared/framing/frame';
import type { Framing } from '../../../../src-shared/framing/framing';
import { MAX_FRAME_BYTES } from '../../../../src-shared/framing/framing';
import type { ClientDirection } from '../../../../src-shared/framing/frame';
import { createSplitters } from '../../../../src-shared/framing/split';
import { RowKind } from '../rows/capture-index';
import { FrameFacts } from './frame-facts';
import { packFrame } from '../rows/frame-list';
import type { FrameEntry, FrameWords } from '../rows/frame-list';
import { RowReader } from '../rows/row-reader';
import type { RowSource } from '../rows/row-reader';
import type { ScannedFacts } from '../rows/scanned-facts';

/** Rows looked at before the clock is asked again: a row may hold megabytes. */
const BATCH = 32;

/** Nearly all chunks are shorter. */
const ROOM_BYTES = 128 * 1024;

/** What ends a stream one way or both. */
const ENDS_IN: ReadonlySet<RowEvent> = new Set([
  'peer-ended',
  'peer-reset',
  'reset',
  'closed',
  'failed',
]);
const ENDS_OUT: ReadonlySet<RowEvent> = new Set([
  'ended',
  'peer-reset',
  'reset',
  'closed',
  'failed',
]);

/** One direction of a flow: which rows the bytes since the last frame came in. */
class Pending implements FrameSink {
  readonly #side: FrameEntry['side'];
  readonly #found: (entry: FrameEntry) => void;
  /** Rows with bytes not in a frame yet, and where in the stream each begins. */
  #rows: { row: number; start: number }[] = [];
  #start = 0;
  #position = 0;

  constructor(side: FrameEntry['side'], found: (entry: FrameEntry) => void) {
    this.#side = side;
    this.#found = found;
  }

  get bytes(): number {
    return this.#position - this.#start;
  }

  begin(row: number, bytes: number): void {
    this.#rows.push({ row, start: this.#position });
    this.#position += bytes;
  }

  frame(end: number, role: FrameRole, part: FramePart, incomplete: boolean): void {
    const rows = this.#rows;
    let last = 0;
    while (last + 1 < rows.length && (rows[last + 1]?.start ?? Infinity) < end) last++;
    const first = rows[0];
    this.#found({
      row: first?.row ?? 0,
      offset: this.#start - (first?.start ?? 0),
      endRow: rows[last]?.row ?? 0,
      lengthBytes: end - this.#start,
      role,
      part,
      incomplete,
      side: this.#side,
      asItIs: false,
    });
    // The row the frame ends in stays, unless the next frame begins in the one after it.
    const next = rows[last + 1];
    const done = next?.start === end || end === this.#position ? last + 1 : last;
    if (done > 0) this.#rows = rows.slice(done);
    this.#start = end;
  }
}

interface FlowFrames {
  splitters: { in: Splitter; out: Splitter };
  pending: { in: Pending; out: Pending };
}

/** Gets every frame, shown or not; the facts are of this frame until the next. */
type VisitFrame = (entry: FrameEntry, facts: ScannedFacts, shown: boolean) => void;

/** Cuts the streams of a capture into frames, from the first row on. */
export class FrameScan {
  readonly #source: RowSource;
  readonly #reader: RowReader;
  readonly #framing: Framing;
  readonly #test: RowTest | null;
  readonly #socket: SocketId | null;
  readonly #visit: VisitFrame | null;
  readonly #flows = new Map<number, FlowFrames>();
  /** Who asks on a flow that was seen to open. */
  readonly #clients = new Map<number, ClientDirection>();
  #facts: FrameFacts | null = null;
  /** For chunks of several blocks, and for the words of a frame: used again and again. */
  readonly #room = new Uint8Array(ROOM_BYTES);
  readonly #words: FrameWords = [0, 0, 0, 0];
  #hit: (words: readonly number[]) => void = () => undefined;
  /** Rows looked at so far, those that were let go before among them. */
  scanned = 0;
  /** Rows that were let go before they were looked at. */
  goneRows = 0;

  constructor(
    source: RowSource,
    framing: Framing,
    filter: Filter | null,
    socket: SocketId | null,
    visit: VisitFrame | null = null,
  ) {
    this.#source = source;
    this.#reader = new RowReader(source);
    this.#framing = framing;
    this.#test = filter === null ? null : rowTest(filter);
    this.#socket = socket;
    this.#visit = visit;
  }

  /** Bytes that wait for the rest of their frame. */
  get pendingBytes(): number {
    let bytes = 0;
    for (const { pending } of this.#flows.values()) bytes += pending.in.bytes + pending.out.bytes;
    return bytes;
  }

  /** Goes on for about `ms`, at most to `end`; `hit` gets the words of each frame that passes, until the next. */
  scan(end: number, ms: number, hit: (words: readonly number[]) => void): void {
    const until = performance.now() + ms;
    this.#hit = hit;
    this.#passBy(this.#source.index.first);
    this.#source.blocks.during(() => {
      while (this.scanned < end) {
        const stop = Math.min(end, this.scanned + BATCH);
        for (; this.scanned < stop; this.scanned++) this.#look(this.scanned);
        if (performance.now() >= until) return;
      }
    });
  }

  /** No more rows will come. */
  finish(hit: (words: readonly number[]) => void): void {
    this.#hit = hit;
    this.#source.blocks.during(() => {
      for (const { splitters } of this.#flows.values()) {
        splitters.out.end();
        splitters.in.end();
      }
    });
    this.#flows.clear();
  }

  /** Of what is recorded now: silence ends frames too. */
  passed(atMs: number, hit: (words: readonly number[]) => void): boolean {
    let found = false;
    this.#hit = (words) => {
      found = true;
      hit(words);
    };
    this.#source.blocks.during(() => {
      for (const { splitters } of this.#flows.values()) {
        splitters.out.tick(atMs);
        splitters.in.tick(atMs);
      }
    });
    return found;
  }

  /** Rows before that one are gone: what was begun in them does not go on behind. */
  #passBy(first: number): void {
    if (this.scanned >= first) return;
    this.goneRows += first - this.scanned;
    this.scanned = first;
    this.#flows.clear();
  }

  #look(row: number): void {
    const { index, socketOf, protocolOf } = this.#source;
    const flow = index.flow(row);
    if (this.#socket !== null && socketOf(flow) !== this.#socket) return;
    const lengthBytes = index.lengthBytes(row);
    const kind = index.kind(row);
    if (kind > RowKind.summary) {
      // What is on the other side of missing bytes does not go on what is on this one.
      this.#flows.get(flow)?.splitters[kind === RowKind.gapOut ? 'out' : 'in'].end();
      this.#state(row, flow);
    } else if (lengthBytes === 0) {
      this.#state(row, flow);
    } else if (protocolOf(flow) === 'udp') {
      // A datagram is framed for itself: nothing goes on in the next.
      this.#push(this.#newFlow(flow, true), row, kind, true);
    } else {
      let frames = this.#flows.get(flow);
      if (!frames) this.#flows.set(flow, (frames = this.#newFlow(flow, false)));
      this.#push(frames, row, kind, false);
    }
  }

  #newFlow(flow: number, datagrams: boolean): FlowFrames {
    const take = (entry: FrameEntry) => {
      this.#take(entry);
    };
    // A capture that begins in the middle of a connection does not tell: most are of servers.
    const client = this.#clients.get(flow) ?? 'in';
    const side = (way: ClientDirection) => (way === client ? 'client' : 'server');
    const pending = { in: new Pending(side('in'), take), out: new Pending(side('out'), take) };
    const options = { framing: this.#framing, client, maxBytes: MAX_FRAME_BYTES, datagrams };
    return { splitters: createSplitters(options, pending), pending };
  }

  #push({ splitters, pending }: FlowFrames, row: number, kind: number, alone: boolean): void {
    const way = kind === RowKind.out ? 'out' : 'in';
    const atMs = this.#reader.timeOf(row).ms;
    const payload = this.#reader.payloadOf(row, this.#room);
    // A filter reads rows of its own meanwhile.
    const bytes = this.#test || this.#visit ? payload.slice() : this.#searched(payload);
    // What only the time up to now ends is told first, with its own rows.
    splitters[way].tick(atMs);
    pending[way].begin(row, bytes.length);
    splitters[way].push(bytes, atMs);
    if (alone) splitters[way].end();
  }

  /** The runtime finds a byte in its own kind of array three times faster. Splitters that copy know no such. */
  #searched(payload: Uint8Array): Uint8Array {
    if (this.#framing.kind === 'proto') return payload;
    return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  }

  #state(row: number, flow: number): void {
    this.#reader.timeOf(row);
    const { note, direction } = this.#reader.restOf(row);
    const frames = this.#flows.get(flow);
    if (note?.event === 'connected') this.#clients.set(flow, 'out');
    if (frames && note) {
      if (ENDS_OUT.has(note.event)) frames.splitters.out.end();
      if (ENDS_IN.has(note.event)) frames.splitters.in.end();
      if (ENDS_IN.has(note.event) && ENDS_OUT.has(note.event)) this.#flows.delete(flow);
    }
    const empty = direction === 'in' || direction === 'out';
    this.#take({
      ...{ row, offset: 0, endRow: row, lengthBytes: 0, role: 'frame', part: 'whole' },
      ...{ incomplete: false, side: 'client', asItIs: !empty },
    });
  }

  #take(entry: FrameEntry): void {
    if (this.#test || this.#visit) {
      this.#facts ??= new FrameFacts(this.#source, new RowReader(this.#source), entry);
      const facts = this.#facts;
      facts.entry = entry;
      const passes = this.#test?.(facts) ?? true;
      this.#visit?.(entry, facts, passes);
      facts.before = entry.endRow;
      if (!passes) return;
    }
    this.#hit(packFrame(entry, this.#words));
  }
}
