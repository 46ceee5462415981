/** The built-in decoders, by the names that profiles and the command line use. */
export const DECODER_NAMES = [
  'http',
  'nntp',
  'ftp',
  'smtp',
  'pop3',
  'imap4',
  'telnet',
  'gopher',
  'websocket',
  'modbus',
  'modbus-rtu',
  'mqtt',
  'dns',
  'coap',
  'nmea',
  'json',
  'cbor',
  'msgpack',
  'protobuf',
] as const;

export type DecoderName = (typeof DECODER_NAMES)[number];

/** Null for a name of another version or a misspelt one. */
export function decoderName(text: string): DecoderName | null {
  return DECODER_NAMES.find((name) => name === text) ?? null;
}

/** What those are called that no preset names; the same in every language. */
export const DECODER_TITLES: Partial<Record<DecoderName, string>> = {
  'modbus-rtu': 'Modbus RTU',
  json: 'JSON',
  cbor: 'CBOR',
  msgpack: 'MessagePack',
  protobuf: 'Protobuf',
};
