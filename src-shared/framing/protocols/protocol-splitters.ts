import type { DecoderName } from '../../decode/names';
import type { Cutter, Splitter } from '../frame';
import { LineScanner } from '../line-scanner';
import type { Direction } from '../split';
import { ChunkSplitter } from '../splitters';
import type { Conversation, Link, Side } from './conversation';
import { ftp } from './ftp';
import { gopher } from './gopher';
import { http } from './http';
import { imap4 } from './imap4';
import { nntp } from './nntp';
import { pop3 } from './pop3';
import { smtp } from './smtp';
import { TelnetSplitter } from './telnet-splitter';

type Cutters = Record<Direction, Cutter>;
type Splitters = Record<Direction, Splitter>;

/** What a protocol's own framing must know beside the bytes. */
export interface ProtocolOptions {
  /** Which direction the client's bytes have. */
  client: Direction;
  /** What is pushed at once is a datagram. */
  datagrams: boolean;
}

/** The splitters that know a protocol, of both directions of one connection. */
export function protocolSplitters(
  name: DecoderName,
  cutters: Cutters,
  options: ProtocolOptions,
): Splitters {
  switch (name) {
    case 'telnet':
      return each(cutters, (cutter) => new TelnetSplitter(cutter));
    case 'http':
    case 'nntp':
    case 'ftp':
    case 'smtp':
    case 'pop3':
    case 'imap4':
    case 'gopher':
      return converse(name, cutters, options.client);
    case 'websocket':
    case 'modbus':
    case 'modbus-rtu':
    case 'mqtt':
    case 'dns':
    case 'coap':
    case 'nmea':
    case 'json':
    case 'cbor':
    case 'msgpack':
    case 'protobuf':
      return each(cutters, (cutter) => new ChunkSplitter(cutter));
    default:
      return name satisfies never;
  }
}

function each(cutters: Cutters, make: (cutter: Cutter) => Splitter): Splitters {
  return { in: make(cutters.in), out: make(cutters.out) };
}

const CONVERSATIONS = { http, nntp, ftp, smtp, pop3, imap4, gopher } satisfies Partial<
  Record<DecoderName, (link: Link) => Conversation>
>;

function converse(
  name: keyof typeof CONVERSATIONS,
  cutters: Cutters,
  client: Direction,
): Splitters {
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
