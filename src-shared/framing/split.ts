import { Cutter } from './frame';
import type { ClientDirection, Direction, FrameSink, Splitter } from './frame';
import type { Framing } from './framing';
import { protocolSplitters } from './protocols/protocol-splitters';
import {
  ChunkSplitter,
  DelimiterSplitter,
  EndByteSplitter,
  FixedSplitter,
  GapSplitter,
  LengthSplitter,
  StartEndSplitter,
} from './splitters';

export interface SplitOptions {
  framing: Framing;
  /** Only the protocols' own framings need to know. */
  client: ClientDirection;
  maxBytes: number;
  /** What is pushed at once is a datagram: some protocols have another form in streams. */
  datagrams?: boolean;
}

/**
 * The splitters of both directions of one connection, each telling its sink where frames end. They
 * hold no payload, so that a whole capture can be framed anew with the memory of its boundaries. A
 * protocol's own framing needs both directions pushed in the order in which their bytes passed.
 */
export function createSplitters(
  { framing, client, maxBytes, datagrams = false }: SplitOptions,
  sinks: Record<Direction, FrameSink>,
): Record<Direction, Splitter> {
  const cutters = { in: new Cutter(sinks.in, maxBytes), out: new Cutter(sinks.out, maxBytes) };
  if (framing.kind === 'proto')
    return protocolSplitters(framing.name, cutters, { client, datagrams });
  return { in: createSplitter(framing, cutters.in), out: createSplitter(framing, cutters.out) };
}

function createSplitter(framing: Exclude<Framing, { kind: 'proto' }>, cutter: Cutter): Splitter {
  switch (framing.kind) {
    case 'none':
      return new ChunkSplitter(cutter);
    case 'line':
      return new DelimiterSplitter(cutter, Uint8Array.of(0x0a));
    case 'delim':
      return new DelimiterSplitter(cutter, framing.delimiter);
    case 'fixed':
      return new FixedSplitter(cutter, framing.bytes);
    case 'len':
      return new LengthSplitter(cutter, framing);
    case 'gap':
      return new GapSplitter(cutter, framing.ms);
    case 'slip':
      return new EndByteSplitter(cutter, 0xc0);
    case 'cobs':
      return new EndByteSplitter(cutter, 0);
    case 'startend':
      return new StartEndSplitter(cutter, framing.start, framing.end);
    default:
      return framing satisfies never;
  }
}
