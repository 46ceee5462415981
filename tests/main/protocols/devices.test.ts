import { describe, expect, test } from 'vitest';
import { Talk } from '../../support/conversation';
import {
  lacks,
  lacksModule,
  startModbus,
  startMosquitto,
  startWebSocketServer,
} from '../../support/real-servers';

const mosquitto = lacks('mosquitto', 'mosquitto');
const pymodbus = lacksModule('pymodbus', 'python3-pymodbus and python3-serial-asyncio');
const websockets = lacksModule('websockets', 'python3-websockets');

describe.each(['3.1.1', '5'])('MQTT %s', (version) => {
  test('with mosquitto: subscribe, publish, ping', async ({ skip }) => {
    skip(mosquitto !== null, mosquitto ?? '');
    const talk = await Talk.dial('mqtt', await startMosquitto());
    const named = (name: string) => `${name} (${version})`;
    expect(await talk.ask(`CONNECT ${version}`, /CONNACK/)).toMatch(/Connection Accepted|Success/);
    await talk.ask(named('SUBSCRIBE #'), /^SUBACK · #1 · Granted QoS 0$/);
    await talk.ask(named('PUBLISH'), /^PUBLISH · test\/temp · 21\.5$/);
    await talk.ask('PINGREQ', /^PINGRESP$/);
    await talk.send('DISCONNECT');
    await talk.over();
    expect(talk.labels.at(-1)).toBe('> DISCONNECT');
  });
});

test('Modbus TCP with pymodbus: what is read, written and refused', async ({ skip }) => {
  skip(pymodbus !== null, pymodbus ?? '');
  const talk = await Talk.dial('modbus', await startModbus());
  await talk.ask(
    'Read Holding Registers',
    /^Read Holding Registers = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 · unit 1$/,
  );
  await talk.ask('Read Coils', /^Read Coils = 01010101 · unit 1$/);
  await talk.ask('Write Single Register', /^Write Single Register @0 = 42 · unit 1$/);
  await talk.ask('Write Single Coil', /^Write Single Coil @0 = ON · unit 1$/);
  await talk.ask('Read Holding Registers', /^Read Holding Registers = 42, 1, 2/);
  await talk.ask('Read Device Identification', /Read Device Identification = Acme, P1, 1\.2/);
  const beyond = '00 07 00 00 00 06 01 03 0F 00 00 01';
  await talk.ask('Read Holding Registers', /: Illegal Data Address · unit 1$/, beyond);
});

test('WebSocket with websockets: handshake, text, binary, ping, close', async ({ skip }) => {
  skip(websockets !== null, websockets ?? '');
  const talk = await Talk.dial('websocket', await startWebSocketServer());
  await talk.ask('handshake', /^101 Switching Protocols$/);
  await talk.ask('text', /^text · hello$/);
  await talk.ask('binary', /^binary, 3 bytes$/);
  await talk.ask('ping', /^pong, 0 bytes$/);
  await talk.ask('close', /^close 1000 normal closure$/);
});
