import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Field } from '../../../src-shared/decode/decoded';
import type { DecoderName } from '../../../src-shared/decode/names';
import { ipv4, pcap } from '../../main/engine/capture/foreign';
import { tempFolder } from '../../support/temp-folder';
import type { Recorded } from './recorded';
import { messagesOf, RECORDED } from './recorded';

/** Where Wireshark looks for each protocol, and what it calls it. */
const WIRESHARK: Partial<Record<DecoderName, { port: number; protocols: string[] }>> = {
  modbus: { port: 502, protocols: ['mbtcp', 'modbus'] },
  'modbus-rtu': { port: 503, protocols: ['mbrtu', 'modbus'] },
  mqtt: { port: 1883, protocols: ['mqtt'] },
  dns: { port: 53, protocols: ['dns'] },
  coap: { port: 5683, protocols: ['coap'] },
  websocket: { port: 80, protocols: ['websocket', 'http'] },
};

/** Wireshark 4.0 knows these functions only in Modbus TCP, where they are judged. */
const NOT_IN_RTU = /^Read\/Write Multiple|^Read Exception Status|^Get Comm Event|^Report Server ID/;

/** What has another place or form there: places in what it has put together, or texts of its own. */
const OTHER_PLACE = new Set([
  // Put together from blocks, decompressed or unmasked: a place in that.
  ...['coap.block', 'coap.blocks', 'coap.payload', 'websocket.fragment', 'websocket.fragments'],
  ...['websocket.payload', 'websocket.payload.text', 'websocket.payload.continue'],
  ...['websocket.payload.ping', 'websocket.payload.close', 'websocket.masked_payload'],
  ...['websocket.payload.close.status_code', 'websocket.payload.close.reason'],
  // With its length, beside the same without it.
  ...['mqtt.property.content_type', 'modbus.data', 'dns.caa.issue', 'dns.opt.data'],
  // Parts of one field of ours, or two of ours together.
  ...['modbus', 'modbus.padding', 'modbus.reference_num_32', 'coap.length'],
]);
const OTHER_FORM = new Set([
  // The byte of which we tell the parts.
  ...['mqtt.hdrflags', 'mqtt.hdr_reserved', 'dns.flags.z', 'dns.resp.z.reserved', 'websocket.rsv'],
  // Bytes where we have text, text where we have bytes or numbers.
  ...['mqtt.msg', 'mqtt.passwd', 'mqtt.prop_string', 'modbus.data', 'coap.opt.unknown'],
  ...['coap.opt.end_marker', 'coap.payload', 'coap.block_payload', 'websocket.payload.pong'],
  ...['websocket.payload.text', 'websocket.payload.close'],
  // Counted from the request, which a frame alone does not know.
  ...['modbus.bitnum', 'modbus.bitval', 'modbus.regnum16'],
  // Told by its parts.
  'dns.opt.data',
  // Of an option of two bytes Wireshark 4.0 reads it in the first.
  'coap.opt.block_size',
  // Its low byte comes first.
  'mbrtu.crc16',
  // Said of an option or a name, not in its bytes.
  ...['coap.opt.name', 'coap.opt.desc', 'dns.qry.name.len', 'dns.count.labels'],
  ...['dns.srv.service', 'dns.srv.proto', 'dns.srv.name', 'coap.length'],
  // 126 says that the length follows.
  'websocket.payload_length',
]);

/** A field of Wireshark's, and its place in the packet. */
interface Judged {
  name: string;
  show: string;
  from: number;
  to: number;
}

function attributes(text: string): Judged & { hide: string } {
  const of = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(text)?.[1] ?? '';
  const plain = of('show').replaceAll('&quot;', '"').replace('&lt;Root&gt;', '.');
  const from = Number(of('pos'));
  return { name: of('name'), show: plain, hide: of('hide'), from, to: from + Number(of('size')) };
}

/** The fields of each packet of a file. */
function dissect(file: string): Judged[][] {
  const args = ['-n', '-r', file, '-T', 'pdml', '-d', 'tcp.port==503,mbrtu'];
  const { stdout, stderr } = spawnSync('tshark', args, {
    encoding: 'utf8',
    maxBuffer: 1024 ** 3,
  });
  const packets = stdout.split('<packet>').slice(1);
  if (packets.length === 0) throw new Error(stderr);
  return packets.map((packet) =>
    [...packet.matchAll(/<(?:proto|field)\b([^>]*)>/g)]
      .map(([, text = '']) => attributes(text))
      .filter(({ from, to, hide }) => to > from && hide !== 'yes'),
  );
}

const IP_AND_UDP_BYTES = 28;
const IP_AND_TCP_BYTES = 40;

/** One packet for each message, as Wireshark says where a field is in its packet. */
function packetsOf(recorded: Recorded, port: number, clientPort: number) {
  const seq = { in: 1, out: 1 };
  return messagesOf(recorded).map((message) => {
    const { direction, bytes } = message.frame;
    const client: [number[], number] = [[127, 0, 0, 1], clientPort];
    const server: [number[], number] = [[127, 0, 0, 2], port];
    const [from, to] = direction === 'out' ? [client, server] : [server, client];
    const tcp = { flags: 0x18, seq: seq[direction], ack: seq[direction === 'in' ? 'out' : 'in'] };
    seq[direction] += bytes.length;
    const { datagrams, decoder } = recorded;
    const frame = ipv4(datagrams ? 'udp' : 'tcp', from, to, bytes, tcp);
    return { ...message, packet: frame, decoder, datagrams };
  });
}

function flat(fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => [field, ...flat(field.children)]);
}

/** As Wireshark writes bytes. */
const colons = (value: string) => value.replaceAll(' ', ':');

function sameValue({ show }: Judged, { value, number }: Field): boolean {
  return value === show || colons(value) === show || number === Number(show);
}

test('Wireshark has every field of what real programs said at the same place, with the same value', async () => {
  const all = RECORDED.flatMap((recorded, n) => {
    const known = WIRESHARK[recorded.decoder];
    return known ? packetsOf(recorded, known.port, 40_000 + n) : [];
  });
  const file = join(await tempFolder(), 'messages.pcap');
  const packets = all.map(({ packet }, n) => ({ seconds: n, fraction: 0, frame: packet }));
  writeFileSync(file, pcap(true, 101, packets));
  const dissected = dissect(file);
  expect(dissected.length).toBe(all.length);
  const differences: string[] = [];
  let agreed = 0;
  for (const [n, { decoder, decoded, frame, datagrams }] of all.entries()) {
    const { label } = decoded;
    const protocols = WIRESHARK[decoder]?.protocols ?? [];
    const mine = flat(decoded.fields);
    const start = datagrams ? IP_AND_UDP_BYTES : IP_AND_TCP_BYTES;
    const theirs = (dissected[n] ?? []).filter(({ name }) =>
      protocols.includes(name.replace(/\..*/, '')),
    );
    if (theirs.length === 0 && !(decoder === 'modbus-rtu' && NOT_IN_RTU.test(label)))
      differences.push(`not seen: ${decoder} ${label}`);
    for (const field of theirs) {
      const [from, to] = [field.from - start, field.to - start];
      // All of the message, and HTTP's own ways: it is judged elsewhere.
      if ((from === 0 && to === frame.bytes.length) || field.name.startsWith('http')) continue;
      const here = mine.filter((own) => own.from === from && own.to === to);
      const place = `${label}: ${field.name} ${from}..${to} ${field.show}`;
      if (here.length === 0) {
        if (!OTHER_PLACE.has(field.name)) differences.push(`place of ${place}`);
      } else if (field.show === '' || here.some((own) => sameValue(field, own))) agreed++;
      else if (!OTHER_FORM.has(field.name)) differences.push(`value of ${place}`);
    }
  }
  expect(differences).toEqual([]);
  // It is looked at in earnest: so many fields were found alike.
  expect(agreed).toBeGreaterThan(2500);
});
