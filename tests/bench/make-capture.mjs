// Writes a pcapng of ROWS datagrams of 64 bytes, as our UDP sessions record them, block by block.
//
//   node tests/bench/make-capture.mjs FILE ROWS
import { closeSync, openSync, writeSync } from 'node:fs';

const PAYLOAD = 64;
const PACKET = 28 + PAYLOAD;
const BLOCK = 28 + PACKET + 12 + 4;

function header() {
  const name = Buffer.from('udp-listen:127.0.0.1:9000\0\0\0');
  const user = Buffer.from('Wirebench 0.1.0\0');
  const shb = Buffer.alloc(28 + 4 + user.length + 4);
  shb.writeUInt32LE(0x0a0d0d0a, 0);
  shb.writeUInt32LE(shb.length, 4);
  shb.writeUInt32LE(0x1a2b3c4d, 8);
  shb.writeUInt16LE(1, 12);
  shb.fill(0xff, 16, 24);
  shb.writeUInt16LE(4, 24);
  shb.writeUInt16LE(15, 26);
  user.copy(shb, 28);
  shb.writeUInt32LE(shb.length, shb.length - 4);
  const idb = Buffer.alloc(16 + 4 + name.length + 8 + 4 + 4);
  idb.writeUInt32LE(1, 0);
  idb.writeUInt32LE(idb.length, 4);
  idb.writeUInt16LE(101, 8);
  idb.writeUInt16LE(2, 16);
  idb.writeUInt16LE(25, 18);
  name.copy(idb, 20);
  idb.writeUInt16LE(9, 20 + name.length);
  idb.writeUInt16LE(1, 22 + name.length);
  idb[24 + name.length] = 9;
  idb.writeUInt32LE(idb.length, idb.length - 4);
  return Buffer.concat([shb, idb]);
}

function block() {
  const b = Buffer.alloc(BLOCK);
  b.writeUInt32LE(6, 0);
  b.writeUInt32LE(BLOCK, 4);
  b.writeUInt32LE(PACKET, 20);
  b.writeUInt32LE(PACKET, 24);
  b[28] = 0x45;
  b.writeUInt16BE(PACKET, 30);
  b[36] = 64;
  b[37] = 17;
  b.set([127, 0, 0, 1, 127, 0, 0, 1], 40);
  b.writeUInt16BE(40000, 48);
  b.writeUInt16BE(9000, 50);
  b.writeUInt16BE(8 + PAYLOAD, 52);
  const options = 28 + PACKET;
  b.writeUInt16LE(2, options);
  b.writeUInt16LE(4, options + 2);
  b.writeUInt32LE(1, options + 4);
  b.writeUInt32LE(BLOCK, BLOCK - 4);
  return b;
}

export function makeCapture(file, rows) {
  const fd = openSync(file, 'w', 0o600);
  try {
    writeSync(fd, header());
    const perSlab = 8192;
    const slab = Buffer.alloc(perSlab * BLOCK);
    const one = block();
    for (let i = 0; i < perSlab; i++) one.copy(slab, i * BLOCK);
    const start = BigInt(Date.now()) * 1_000_000n;
    for (let row = 0; row < rows;) {
      const count = Math.min(perSlab, rows - row);
      for (let i = 0; i < count; i++, row++) {
        const ns = start + BigInt(row) * 10_000n;
        const at = i * BLOCK;
        slab.writeUInt32LE(Number(ns >> 32n), at + 12);
        slab.writeUInt32LE(Number(ns & 0xffffffffn), at + 16);
        slab.writeUInt32LE(row, at + 56);
      }
      writeSync(fd, slab, 0, count * BLOCK);
    }
  } finally {
    closeSync(fd);
  }
}

if (process.argv[1]?.endsWith('make-capture.mjs'))
  makeCapture(process.argv[2], Number(process.argv[3]));
