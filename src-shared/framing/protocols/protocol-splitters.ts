import type { DecoderName } from '../../decode/names';
import type { Cutter, Splitter } from '../frame';
import { ItemSplitter } from '../item-splitter';
import { LineScanner } from '../line-scanner';
import type { MeasureMessage } from '../message-splitter';
import { MessageSplitter } from '../message-splitter';
import type { Direction } from '../frame';
import { ChunkSplitter, DelimiterSplitter } from '../splitters';
import { CBOR } from './cbor';
import { measureCoap } from './coap';
import type { Conversation, Link, Side } from './conversation';
import { measureDns } from './dns';
import { ftp } from './ftp';
import { gopher } from './gopher';
import { http } from './http';
import { imap4 } from './imap4';
import { JsonScanner } from './json';
import { measureModbus, measureModbusRtu, RTU_GAP_MS } from './modbus';
import { mqttConnection } from './mqtt';
import { MSGPACK } from './msgpack';
import { NestedScanner } from './nested';
import { nntp } from './nntp';
import { pop3 } from './pop3';
import { smtp } from './smtp';
import { TelnetSplitter } from './telnet-splitter';
import { webSocketFrames } from './websocket';

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
      return converse('http', cutters, options.client, (cutter) =>
        messages(cutter, webSocketFrames()),
      );
    case 'modbus':
      return each(cutters, (cutter) => messages(cutter, measureModbus));
    case 'modbus-rtu':
      return each(cutters, (cutter) => messages(cutter, measureModbusRtu, { gapMs: RTU_GAP_MS }));
    case 'mqtt': {
      const measure = mqttConnection();
      return each(cutters, (cutter) => messages(cutter, measure));
    }
    case 'dns':
    case 'coap': {
      const measure = name === 'dns' ? measureDns : measureCoap;
      if (options.datagrams)
        return each(cutters, (cutter) => new ChunkSplitter(cutter, 'datagram'));
      return each(cutters, (cutter) => messages(cutter, measure));
    }
    case 'nmea':
      return each(cutters, (cutter) => new DelimiterSplitter(cutter, Uint8Array.of(0x0a)));
    case 'json':
      return each(cutters, (cutter) => new ItemSplitter(cutter, new JsonScanner()));
    case 'cbor':
    case 'msgpack': {
      const grammar = name === 'cbor' ? CBOR : MSGPACK;
      return each(cutters, (cutter) => new ItemSplitter(cutter, new NestedScanner(grammar)));
    }
    case 'protobuf':
      return each(cutters, (cutter) => new ChunkSplitter(cutter));
    default:
      return name satisfies never;
  }
}

function messages(cutter: Cutter, ...how: [MeasureMessage, { gapMs: number }?]): Splitter {
  return new MessageSplitter(cutter, ...how);
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
  other: (cutter: Cutter) => Splitter | null = () => null,
): Splitters {
  const scanners = new Map<Side, LineScanner>();
  const readers = CONVERSATIONS[name]({
    redirect: (side, want, role) => scanners.get(side)?.redirect(want, role),
    awaited: (side) => scanners.get(side)?.awaited ?? 0,
  });
  const asks = client === 'in' ? cutters.in : cutters.out;
  const answers = client === 'in' ? cutters.out : cutters.in;
  const isHttp = name === 'http';
  const asking = new LineScanner(asks, readers.client, isHttp ? 'head' : 'command', other(asks));
  const answering = new LineScanner(
    answers,
    readers.server,
    isHttp ? 'head' : 'reply',
    other(answers),
  );
  scanners.set('client', asking).set('server', answering);
  return client === 'in' ? { in: asking, out: answering } : { in: answering, out: asking };
}
