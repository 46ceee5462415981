import { block, hex, line } from './example';
import type { ExamplePayload, Preset } from './preset';

/** Where the client begins, no lines are written, and nothing upgrades the connection. */
function binary(
  preset: Pick<Preset, 'id' | 'name' | 'standard' | 'transports' | 'port' | 'tlsPort'>,
  decoder: NonNullable<Preset['decoder']>,
  payloads: readonly ExamplePayload[],
): Preset {
  const framing = `proto:${decoder}`;
  return {
    ...preset,
    ...{ upgrade: null, serverFirst: false, lineEnding: 'none', framing, decoder, payloads },
  };
}

const modbus = binary(
  {
    id: 'modbus',
    name: 'Modbus TCP',
    standard: 'MODBUS Messaging on TCP/IP V1.0b',
    transports: ['tcp'],
    port: 502,
    tlsPort: 802,
  },
  'modbus',
  [
    hex(
      'Read Holding Registers',
      'modbus_read',
      '{{u16be counter}} 00 00 {{len u16be}} 01 03 00 00 00 0A',
    ),
    hex(
      'Read Input Registers',
      'modbus_read',
      '{{u16be counter}} 00 00 {{len u16be}} 01 04 00 00 00 0A',
    ),
    hex('Read Coils', 'modbus_coils', '{{u16be counter}} 00 00 {{len u16be}} 01 01 00 00 00 08'),
    hex(
      'Write Single Register',
      'modbus_write',
      '{{u16be counter}} 00 00 {{len u16be}} 01 06 00 00 00 2A',
    ),
    hex(
      'Write Single Coil',
      'modbus_coil',
      '{{u16be counter}} 00 00 {{len u16be}} 01 05 00 00 FF 00',
    ),
    hex(
      'Read Device Identification',
      'modbus_device',
      '{{u16be counter}} 00 00 {{len u16be}} 01 2B 0E 01 00',
    ),
  ],
);

const mqtt = binary(
  {
    id: 'mqtt',
    name: 'MQTT',
    standard: 'OASIS MQTT 3.1.1 and 5.0',
    transports: ['tcp'],
    port: 1883,
    tlsPort: 8883,
  },
  'mqtt',
  [
    hex(
      'CONNECT 3.1.1',
      'mqtt_connect',
      '10 15 00 04 4D 51 54 54 04 02 00 3C 00 09 77 69 72 65 62 65 6E 63 68',
    ),
    hex(
      'CONNECT 5',
      'mqtt_connect',
      '10 16 00 04 4D 51 54 54 05 02 00 3C 00 00 09 77 69 72 65 62 65 6E 63 68',
    ),
    hex('SUBSCRIBE # (3.1.1)', 'mqtt_subscribe', '82 06 00 01 00 01 23 00'),
    hex('SUBSCRIBE # (5)', 'mqtt_subscribe', '82 07 00 01 00 00 01 23 00'),
    hex('PUBLISH (3.1.1)', 'mqtt_publish', '30 0F 00 09 74 65 73 74 2F 74 65 6D 70 32 31 2E 35'),
    hex('PUBLISH (5)', 'mqtt_publish', '30 10 00 09 74 65 73 74 2F 74 65 6D 70 00 32 31 2E 35'),
    hex('PINGREQ', 'mqtt_ping', 'C0 00'),
    hex('DISCONNECT', 'quit', 'E0 00'),
  ],
);

const coap = binary(
  {
    id: 'coap',
    name: 'CoAP',
    standard: 'RFC 7252',
    transports: ['udp'],
    port: 5683,
    tlsPort: null,
  },
  'coap',
  [
    hex(
      'GET /.well-known/core',
      'coap_discover',
      '41 01 00 01 A1 BB 2E 77 65 6C 6C 2D 6B 6E 6F 77 6E 04 63 6F 72 65',
    ),
    hex('GET /time, Observe', 'coap_observe', '41 01 00 02 A2 60 54 74 69 6D 65'),
    hex('PUT /led', 'coap_put', '41 03 00 03 A3 B3 6C 65 64 10 FF 6F 6E'),
    hex('ping', 'coap_ping', '40 00 00 04'),
  ],
);

/** A question about example.com; its last bytes are type and class. */
function question(type: string, code: string): ExamplePayload {
  const name = '07 65 78 61 6D 70 6C 65 03 63 6F 6D 00';
  const text = `12 34 01 00 00 01 00 00 00 00 00 00 ${name} ${code} 00 01`;
  return hex(`${type} example.com`, 'dns_query', text);
}

const dns = binary(
  { id: 'dns', name: 'DNS', standard: 'RFC 1035', transports: ['udp'], port: 53, tlsPort: null },
  'dns',
  [
    question('A', '00 01'),
    question('AAAA', '00 1C'),
    question('MX', '00 0F'),
    question('TXT', '00 10'),
  ],
);

const nmea: Preset = {
  id: 'nmea',
  name: 'NMEA 0183',
  standard: 'IEC 61162-1',
  transports: ['tcp', 'udp'],
  port: 10_110,
  tlsPort: null,
  upgrade: null,
  serverFirst: true,
  lineEnding: 'crlf',
  framing: 'proto:nmea',
  decoder: 'nmea',
  payloads: [
    line(
      'GGA',
      'nmea_position',
      '$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*{{xor8 1..-5 hex}}',
    ),
    line('GPQ', 'nmea_query', '$EIGPQ,RMC*{{xor8 1..-5 hex}}'),
  ],
};

const webSocket = binary(
  {
    id: 'websocket',
    name: 'WebSocket',
    standard: 'RFC 6455',
    transports: ['tcp'],
    port: 80,
    tlsPort: 443,
  },
  'websocket',
  [
    block(
      'handshake',
      'websocket_handshake',
      'GET / HTTP/1.1\\r\\nHost: {{host}}\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\nSec-WebSocket-Version: 13\\r\\n\\r\\n',
    ),
    hex('text', 'websocket_text', '81 85 00 00 00 00 68 65 6C 6C 6F'),
    hex('binary', 'websocket_binary', '82 83 00 00 00 00 01 02 03'),
    hex('ping', 'websocket_ping', '89 80 00 00 00 00'),
    hex('close', 'websocket_close', '88 82 00 00 00 00 03 E8'),
  ],
);

/** The protocols of devices and of their messages. */
export const devicePresets: readonly Preset[] = [modbus, mqtt, coap, dns, nmea, webSocket];
