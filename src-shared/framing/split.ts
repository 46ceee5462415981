import type { DecoderName } from '../decode/names';
import { Cutter } from './frame';
import type { FrameSink, Splitter } from './frame';
import type { Framing } from './framing';
import { LineScanner } from './line-scanner';
import type { Conversation, Link, Side } from './protocols/conversation';
import { ftp } from './protocols/ftp';
import { gopher } from './protocols/gopher';
import { http } from './protocols/http';
import { imap4 } from './protocols/imap4';
import { nntp } from './protocols/nntp';
import { pop3 } from './protocols/pop3';
import { smtp } from './protocols/smtp';
import { TelnetSplitter } from './protocols/telnet-splitter';
import {
  ChunkSplitter,
  DelimiterSplitter,
  EndByteSplitter,
  FixedSplitter,
  GapSplitter,
  LengthSplitter,
  StartEndSplitter,
} from './splitters';

export type Direction = 'in' | 'out';

/** Which direction the client's bytes have: out when we dialled, in when we accepted. */
export type ClientDirection = Direction;

export interface SplitOptions {
  framing: Framing;
  /** Only the protocols' own framings need to know. */
  client: ClientDirection;
  maxBytes: number;
}

/**
 * The splitters of both directions of one connection, each telling its sink where frames end. They
 * hold no payload, so that a whole capture can be framed anew with the memory of its boundaries. A
 * protocol's own framing needs both directions pushed in the order in which their bytes passed.
 */
export function createSplitters(
  { framing, client, maxBytes }: SplitOptions,
  sinks: Record<Direction, FrameSink>,
): Record<Direction, Splitter> {
  const cutters = { in: new Cutter(sinks.in, maxBytes), out: new Cutter(sinks.out, maxBytes) };
  if (framing.kind === 'proto' && framing.name !== 'telnet')
    return converse(framing.name, cutters, client);
  return { in: createSplitter(framing, cutters.in), out: createSplitter(framing, cutters.out) };
}

function createSplitter(framing: Framing, cutter: Cutter): Splitter {
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
    case 'proto':
      return new TelnetSplitter(cutter);
    default:
      return framing satisfies never;
  }
}

type LineProtocol = Exclude<DecoderName, 'telnet'>;

const CONVERSATIONS: Record<LineProtocol, (link: Link) => Conversation> = {
  http,
  nntp,
  ftp,
  smtp,
  pop3,
  imap4,
  gopher,
};

function converse(
  name: LineProtocol,
  cutters: Record<Direction, Cutter>,
  client: ClientDirection,
): Record<Direction, Splitter> {
  const scanners = new Map<Side, LineScanner>();
  const readers = CONVERSATIONS[name]({
    redirect: (side, want, role) => scanners.get(side)?.redirect(want, role),
    awaited: (side) => scanners.get(side)?.awaited ?? 0,
  });
  const asks = client === 'in' ? cutters.in : cutters.out;
  const answers = client === 'in' ? cutters.out : cutters.in;
  const isHttp = name === 'http';
  const asking = new LineScanner(asks, readers.client, isHttp ? 'head' : 'command');
  const answering = new LineScanner(answers, readers.server, isHttp ? 'head' : 'reply');
  scanners.set('client', asking).set('server', answering);
  return client === 'in' ? { in: asking, out: answering } : { in: answering, out: asking };
}
