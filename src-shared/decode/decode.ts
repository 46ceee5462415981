import { cbor } from './cbor';
import { coap } from './coap';
import type { Decoded, DecodeInput } from './decoded';
import { dns } from './dns';
import { gopher } from './gopher';
import { http } from './http';
import { imap4 } from './imap4';
import { json } from './json';
import { pop3, smtp } from './mail';
import { modbus, modbusRtu } from './modbus';
import { mqtt } from './mqtt';
import { msgpack } from './msgpack';
import type { DecoderName } from './names';
import { ftp, nntp } from './news-and-files';
import { nmea } from './nmea';
import { protobuf } from './protobuf';
import { telnet } from './telnet';
import { webSocket } from './websocket';

const DECODERS: Record<DecoderName, (input: DecodeInput) => Decoded> = {
  http,
  nntp,
  ftp,
  smtp,
  pop3,
  imap4,
  telnet,
  gopher,
  websocket: webSocket,
  modbus,
  'modbus-rtu': modbusRtu,
  mqtt,
  dns,
  coap,
  nmea,
  json,
  cbor,
  msgpack,
  protobuf,
};

/**
 * What a frame says, as a line for its row and a tree of byte ranges. Total: any bytes give an
 * answer, in time that grows with their number only, at most MAX_FIELDS fields and MAX_DEPTH levels. What
 * a frame means beside others is in its role, which the protocol's own framing has found; of a frame
 * that another framing cut (`role` `frame`) it says what can be seen of that one alone.
 */
export function decode(name: DecoderName, input: DecodeInput): Decoded {
  return DECODERS[name](input);
}
