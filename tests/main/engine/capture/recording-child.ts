// Records one stream and one peer as fast as it can until it is killed, and says after each chunk how
// far it got. Bundled and started by kill.test.ts: node <this> <capture> <log> [split]
import { openSync, writeSync } from 'node:fs';
import {
  partsBeside,
  UNSPLIT,
} from '../../../../src-main/engine/capture/recording/recording-parts';
import { createSession } from '../../../../src-main/engine/capture/recording/session';
import { now } from '../../../../src-main/engine/clock';

const [, , path = '', log = '', split] = process.argv;
const file = openSync(log, 'w');
const options = { path, address: 'tcp-listen:502', rootSocket: 1 };
const plan = { ...UNSPLIT, sizeBytes: 65_536 };
const session = createSession(
  split === undefined ? options : { ...options, split: { plan, files: partsBeside(path) } },
);
const us = { host: '10.0.0.1', port: 502 };
const stream = session.tcp(2, us, { host: '10.0.0.2', port: 1000 });
const peer = session.udp(3, us, { host: '10.0.0.3', port: 2000 });
stream.opened('peer', now());
const chunk = Buffer.alloc(70_000, 7);
const datagram = Buffer.alloc(100);
let number = 0;

/** Twelve bytes: the number of the datagram recorded last and when, in µs since the first. */
const acknowledged = new DataView(new ArrayBuffer(12));

function turn(): void {
  for (let i = 0; i < 4; i++) {
    datagram.writeUInt32LE(number);
    if (!peer.data('in', datagram, now())) throw new Error('not recorded');
    acknowledged.setUint32(0, number++, true);
    acknowledged.setFloat64(4, performance.timeOrigin + performance.now(), true);
    writeSync(file, new Uint8Array(acknowledged.buffer), 0, 12, (number - 1) * 12);
  }
  if (number % 400 === 0) stream.data('in', chunk, now());
  setImmediate(turn);
}

turn();
