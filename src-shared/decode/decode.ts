import type { Decoded, DecodeInput } from './decoded';
import { opaque } from './decoded';
import { gopher } from './gopher';
import { http } from './http';
import { imap4 } from './imap4';
import { pop3, smtp } from './mail';
import type { DecoderName } from './names';
import { ftp, nntp } from './news-and-files';
import { protobuf } from './protobuf';
import { telnet } from './telnet';

const DECODERS: Record<DecoderName, (input: DecodeInput) => Decoded> = {
  http,
  nntp,
  ftp,
  smtp,
  pop3,
  imap4,
  telnet,
  gopher,
  websocket: opaque,
  modbus: opaque,
  'modbus-rtu': opaque,
  mqtt: opaque,
  dns: opaque,
  coap: opaque,
  nmea: opaque,
  json: opaque,
  cbor: opaque,
  msgpack: opaque,
  protobuf,
};

/**
 * What a frame says, as a line for its row and a tree of byte ranges. Total: any bytes give an
 * answer, in time that grows with their number only, at most 1000 fields and four levels deep. What
 * a frame means beside others is in its role, which the protocol's own framing has found; of a frame
 * that another framing cut (`role` `frame`) it says what can be seen of that one alone.
 */
export function decode(name: DecoderName, input: DecodeInput): Decoded {
  return DECODERS[name](input);
}
