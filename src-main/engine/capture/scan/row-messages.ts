import type { SocketId } from '../../../../src-shared/contract/socket';
import type { Decoded } from '../../../../src-shared/decode/decoded';
import type { Decoder } from '../../../../src-shared/decode/decoders';
import { decodeLast } from '../../../../src-shared/decode/look-back';
import { RowKind } from '../rows/capture-index';
import type { FrameEntry } from '../rows/frame-list';
import { frameMessage } from '../rows/frame-message';
import { FrameScan } from './frame-scan';
import { RowReader } from '../rows/row-reader';
import type { RowSource } from '../rows/row-reader';

/**
 * What rows say where a view shows them as they came: a datagram for itself; of a stream the messages
 * that the protocol's own framing finds, each with the row that it ends in.
 */
export class RowMessages {
  readonly #source: RowSource;
  readonly #socket: SocketId | null;
  readonly #reader: RowReader;
  readonly #streams = new Map<Decoder, StreamMessages>();
  #row = -1;
  #known = new Map<Decoder, readonly Decoded[]>();

  /** `socket`: whose rows are asked about, in their order. */
  constructor(source: RowSource, socket: SocketId | null) {
    this.#source = source;
    this.#socket = socket;
    this.#reader = new RowReader(source);
  }

  /** Rows that are not asked about in their order are read each for itself. */
  of(row: number, decoder: Decoder, inOrder: boolean): readonly Decoded[] {
    if (row !== this.#row) this.#known = new Map();
    this.#row = row;
    const known = this.#known.get(decoder);
    if (known) return known;
    const found = this.#find(row, decoder, inOrder);
    this.#known.set(decoder, found);
    return found;
  }

  #find(row: number, decoder: Decoder, inOrder: boolean): readonly Decoded[] {
    const { index, protocolOf } = this.#source;
    const datagrams = protocolOf(index.flow(row)) === 'udp';
    if (!datagrams && inOrder && decoder.framing.kind !== 'none')
      return this.#stream(decoder).endingIn(row);
    const direction = index.kind(row) === RowKind.out ? 'out' : 'in';
    const bytes = this.#reader.payloadOf(row);
    return decodeLast(decoder, 'in', [{ direction, bytes }], datagrams);
  }

  #stream(decoder: Decoder): StreamMessages {
    let stream = this.#streams.get(decoder);
    if (!stream) {
      stream = new StreamMessages(this.#source, this.#socket, decoder);
      this.#streams.set(decoder, stream);
    }
    return stream;
  }
}

/** Frames a capture beside a look through its rows, one row after the other. */
class StreamMessages {
  readonly #source: RowSource;
  readonly #reader: RowReader;
  readonly #decoder: Decoder;
  readonly #scan: FrameScan;
  #row = 0;
  #found: FrameEntry[] = [];

  constructor(source: RowSource, socket: SocketId | null, decoder: Decoder) {
    this.#source = source;
    this.#reader = new RowReader(source);
    this.#decoder = decoder;
    this.#scan = new FrameScan(source, decoder.framing, null, socket, (entry) => {
      if (!entry.asItIs && entry.endRow === this.#row && entry.lengthBytes > 0)
        this.#found.push(entry);
    });
  }

  endingIn(row: number): Decoded[] {
    this.#found = [];
    while (this.#scan.scanned <= row) {
      this.#row = row;
      this.#scan.scan(row + 1, Infinity, () => undefined);
    }
    return this.#found.map((entry) =>
      frameMessage(this.#source, this.#reader, entry, this.#decoder),
    );
  }
}
