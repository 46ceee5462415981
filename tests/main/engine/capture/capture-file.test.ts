import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { openCaptureFile } from '../../../../src-main/engine/capture/reading/capture-file';
import { now } from '../../../../src-main/engine/clock';
import { tshark } from '../../../support/tshark';
import { concat } from './bytes';
import {
  block,
  capturedInterface,
  enhancedPacket,
  FRAMES,
  ipv4,
  ipv6Udp,
  pcap,
  section,
} from './foreign';
import type { ForeignPacket } from './foreign';
import {
  events,
  expectSample,
  openWhole,
  pattern,
  recordSample,
  startSession,
  told,
  US,
  useFolder,
} from './sample';

vi.setConfig({ testTimeout: 60_000 });

const folder = useFolder();
const A: [number[], number] = [[10, 0, 0, 1], 50_000];
const B: [number[], number] = [[10, 0, 0, 2], 502];
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function udpPackets(wrap: (ip: Uint8Array) => Uint8Array): ForeignPacket[] {
  return [
    { seconds: 1_700_000_000, fraction: 5, frame: wrap(ipv4('udp', A, B, text('ask'))) },
    { seconds: 1_700_000_001, fraction: 999_999, frame: wrap(ipv4('udp', B, A, text('answer'))) },
  ];
}

describe('captures of ours', () => {
  test('an opened capture shows what the live session showed', async () => {
    const path = folder.path('a.pcapng');
    const session = startSession(path);
    recordSample(session);
    session.close(now());
    const opened = await openWhole(path);
    expectSample(opened.view(null));
    expect(told(opened.view(null))).toEqual(told(session.view(null)));
    expect(opened.state).toMatchObject({ state: 'complete', damage: null, progress: null });
    expect(opened.flows).toHaveLength(4);
    for (const [socket, found] of [
      [2, 0],
      [3, 1],
      [4, 2],
      [5, 3],
    ] as const) {
      const live = session.view(socket);
      const again = opened.view(opened.flows[found]?.socket ?? 0);
      expect(told(again)).toEqual(told(live));
      for (let i = 0; i < live.length; i++) {
        expect(Buffer.compare(again.bytes(i), live.bytes(i))).toBe(0);
      }
    }
    expect(opened.flows[1]).toEqual({
      socket: 101,
      pair: null,
      unexpected: false,
      protocol: 'tcp',
      place: null,
      local: { host: 'fe80::1', port: 502 },
      remote: { host: '2001:db8::17', port: 40_001 },
      receivedChunks: 1,
      receivedBytes: 70_000,
      sentChunks: 1,
      sentBytes: 200_000,
      reassembly: null,
    });
  });

  test('one that was not closed is told to be cut at its end', async () => {
    const path = folder.path('a.pcapng');
    const session = startSession(path);
    recordSample(session);
    session.flush();
    const opened = await openWhole(path);
    expectSample(opened.view(null));
    expect(opened.state.damage).toMatchObject({ kind: 'cut', atByte: session.flushedBytes });
    session.close(now());
  });

  test('cut at every byte: all before is there, and the place is told', async () => {
    const whole = folder.path('whole.pcapng');
    const session = startSession(whole);
    const flow = session.tcp(2, US, { host: '10.0.0.9', port: 4 });
    flow.opened('peer', now());
    for (let i = 0; i < 3; i++) flow.data('in', pattern(10 + i), now());
    session.close(now());
    const bytes = readFileSync(whole);
    const ends: number[] = [];
    for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at + 4)) {
      ends.push(at + bytes.readUInt32LE(at + 4));
    }
    const cut = folder.path('cut.pcapng');
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(cut, bytes.subarray(0, length));
      if (length < 24) {
        expect(() => openCaptureFile(cut, { rootSocket: 1, allocateSocket: () => 2 })).toThrow(
          expect.objectContaining({ code: 'ERR_NOT_A_CAPTURE' }) as Error,
        );
        continue;
      }
      const opened = await openWhole(cut);
      const complete = ends.filter((end) => end <= length);
      const packets = Math.max(0, complete.length - 2);
      // SYN is a row, SYN-ACK and ACK are none, then each chunk is one.
      const rows = packets === 0 ? 0 : 1 + Math.max(0, packets - 3);
      expect([length, opened.state.rows]).toEqual([length, rows]);
      expect(opened.state.damage).toMatchObject({ kind: 'cut', atByte: complete.at(-1) ?? 0 });
    }
  });
});

describe('captures of other programs', () => {
  const orders = [
    ['little-endian', true],
    ['big-endian', false],
  ] as const;

  describe.each(orders)('%s', (_name, little) => {
    test.each(Object.keys(FRAMES))('pcap, %s', async (name) => {
      const { link, wrap } = FRAMES[name] ?? { link: 0, wrap: (ip) => ip };
      const path = folder.path('a.pcap');
      writeFileSync(path, pcap(little, link, udpPackets(wrap)));
      expect(tshark(path, '-Y', 'udp').stdout.split('\n')).toHaveLength(3);
      const opened = await openWhole(path);
      const rows = opened.view(null).rows(0, 10);
      expect(
        rows.map((row) => [row.direction, row.peer, Buffer.from(row.preview).toString()]),
      ).toEqual([
        ['out', '10.0.0.2:502', 'ask'],
        ['in', '10.0.0.2:502', 'answer'],
      ]);
      expect(rows[0]?.at).toBe(1_700_000_000_000.005);
      expect(rows[1]?.deltaMs).toBeCloseTo(1999.994, 6);
      expect(opened.state.damage).toBeNull();
    });

    test('pcap with nanoseconds, and times at the edge of 32 bits', async () => {
      const path = folder.path('a.pcap');
      const frame = ipv4('udp', A, B, text('x'));
      // 4294967296 × 395,812,520 ns is 1,700,000,000 s and 0,…: both sides of a full low half.
      const edge = (1_700_000_000n * 1_000_000_000n + 0xffffffffn) & ~0xffffffffn;
      const packets = [edge - 1n, edge, edge + 1n].map((ns) => ({
        seconds: Number(ns / 1_000_000_000n),
        fraction: Number(ns % 1_000_000_000n),
        frame,
      }));
      writeFileSync(path, pcap(little, 101, packets, true));
      const rows = (await openWhole(path)).view(null).rows(0, 3);
      expect(rows.map((row) => row.deltaMs)).toEqual([null, 0.000001, 0.000001]);
      expect(rows[1]?.at).toBe(Number(edge) / 1e6);
    });

    test('pcapng: resolutions, interfaces, sections, unknown blocks, comments, directions', async () => {
      const path = folder.path('a.pcapng');
      const frame = ipv4('udp', A, B, text('x'));
      const one = { seconds: 1_700_000_000, fraction: 500, frame };
      writeFileSync(
        path,
        concat(
          ...[
            section(little),
            capturedInterface(little, 101, null),
            capturedInterface(little, 1, 9),
          ],
          block(little, 0x0bad, pattern(7)),
          enhancedPacket(little, 0, 1e6, { ...one, direction: 1, comment: 'look here' }),
          enhancedPacket(little, 1, 1e9, {
            ...one,
            frame: concat(new Uint8Array(12), Uint8Array.of(8, 0), frame),
          }),
          block(little, 0x0bae, pattern(8)),
          // The next section has the other byte order and counts in 1/1024 s.
          ...[section(!little), capturedInterface(!little, 101, 0x8a)],
          enhancedPacket(!little, 0, 1024, { ...one, frame: ipv6Udp(9, 10, text('six')) }),
        ),
      );
      expect(tshark(path)).toMatchObject({
        code: 0,
        stderr: expect.not.stringContaining('cut short') as string,
      });
      const opened = await openWhole(path);
      expect(opened.view(null).rows(0, 9)).toMatchObject([
        {
          at: 1_700_000_000_000.5,
          direction: 'in',
          peer: '10.0.0.1:50000',
          note: { event: 'comment', text: 'look here' },
        },
        { at: 1_700_000_000_000.0005, direction: 'in', peer: '10.0.0.1:50000', note: null },
        {
          at: 1_700_000_000_000 + 500 / 1.024,
          direction: 'in',
          peer: '[2001:db8::1]:9',
          lengthBytes: 3,
        },
      ]);
      expect(opened.state.damage).toBeNull();
    });
  });

  test('TCP: who dialled is us; a row per packet; what has no rows is told', async () => {
    const path = folder.path('a.pcap');
    const packet = (from: typeof A, to: typeof A, flags: number, seq: number, payload = '') => ({
      ...{ seconds: seq, fraction: 0 },
      frame: ipv4('tcp', from, to, text(payload), { flags, seq }),
    });
    const arp = { seconds: 9, fraction: 0, frame: pattern(28) };
    const snapped = packet(A, B, 0x18, 5, 'a long payload');
    const packets = [
      ...[packet(A, B, 0x02, 1), packet(B, A, 0x12, 1), packet(A, B, 0x10, 2)],
      ...[packet(A, B, 0x10, 2, 'ab'), packet(A, B, 0x18, 4, 'c'), arp],
      { ...snapped, frame: snapped.frame.subarray(0, 44), originalBytes: snapped.frame.length },
      ...[packet(B, A, 0x19, 2, 'last'), packet(A, B, 0x04, 19)],
      // The same ports again.
      ...[packet(A, B, 0x02, 9), packet(B, A, 0x12, 10), packet(B, A, 0x18, 11, 'new')],
    ];
    writeFileSync(path, pcap(true, 101, packets));
    const opened = await openWhole(path);
    expect(events(opened.view(null))).toEqual([
      ...['connected', 2, 1, 4, 4, 'reset', 'connected', 3, 'comment'],
    ]);
    const rows = opened.view(null).rows(0, 20);
    expect(rows[3]?.note?.text).toBe('4 of 14 bytes captured');
    expect(rows[4]).toMatchObject({ direction: 'in', note: { event: 'peer-ended' } });
    expect(rows[8]?.note?.text).toMatch(/^1 packet is not whole TCP or UDP/);
    expect(rows[8]?.at).toBe(11_000);
    expect(opened.flows.map((flow) => [flow.sentChunks, flow.receivedChunks])).toEqual([
      [3, 1],
      [0, 1],
    ]);
    expect(opened.view(101).length).toBe(2);
  });

  test('what text2pcap and editcap make is read', async () => {
    const dump = folder.path('dump.txt');
    writeFileSync(dump, '000000 61 62 63\n');
    const raw = folder.path('t.pcapng');
    expect(spawnSync('text2pcap', ['-q', '-u', '1000,2000', dump, raw]).status).toBe(0);
    const ours = folder.path('ours.pcapng');
    const session = startSession(ours);
    session.udp(2, US, { host: '1.2.3.4', port: 5 }).data('in', text('abc'), now());
    session.close(now());
    for (const kind of ['pcapng', 'pcap', 'nsecpcap']) {
      for (const source of [raw, ours]) {
        const target = folder.path(`${kind}.out`);
        expect(spawnSync('editcap', ['-F', kind, source, target]).status).toBe(0);
        const opened = await openWhole(target);
        expect(events(opened.view(null))).toEqual([3]);
        expect(Buffer.from(opened.view(null).bytes(0)).toString()).toBe('abc');
      }
    }
  });
});

describe('what is no capture, or a damaged one', () => {
  test.each([
    ['empty', '', 'it is empty'],
    ['HTML', '<!doctype html><html><body>Sign in</body></html>', 'HTML'],
    ['gzip', '\x1f\x8b\x08aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'gzip'],
    ['text', 'just some text that is long enough to be looked at', 'does not begin'],
  ])('%s', (_name, content, cause) => {
    const path = folder.path('x.pcapng');
    writeFileSync(path, Buffer.from(content, 'latin1'));
    let thrown: unknown;
    try {
      openCaptureFile(path, { rootSocket: 1, allocateSocket: () => 2 });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'ERR_NOT_A_CAPTURE' });
    expect(String(thrown)).toContain(cause);
  });

  test('a folder, and a file that is not there', () => {
    const options = { rootSocket: 1, allocateSocket: () => 2 };
    mkdirSync(folder.path('d.pcapng'));
    expect(() => openCaptureFile(folder.path('d.pcapng'), options)).toThrow(/not a file/);
    expect(() => openCaptureFile(folder.path('none'), options)).toThrow(/ENOENT/);
  });

  test('an impossible length in the middle: what is before is there, and the place is told', async () => {
    const path = folder.path('a.pcap');
    const good = pcap(
      true,
      101,
      udpPackets((ip) => ip),
    );
    writeFileSync(path, concat(good, new Uint8Array(16).fill(0xff), good));
    const opened = await openWhole(path);
    expect(events(opened.view(null))).toEqual([3, 6]);
    expect(opened.state.damage).toMatchObject({ kind: 'damaged', atByte: good.length });
  });

  test('more interfaces than there can be', async () => {
    const path = folder.path('a.pcapng');
    const many = new Array<Uint8Array>(100_001).fill(capturedInterface(true, 101, null));
    writeFileSync(path, concat(section(true), ...many));
    expect((await openWhole(path)).state.damage?.message).toContain('100000 interfaces');
  });

  test('mutated files give rows or a typed error, in bounded time', async () => {
    const path = folder.path('a.pcapng');
    const session = startSession(path);
    recordSample(session);
    session.close(now());
    const seeds = [
      readFileSync(path),
      Buffer.from(pcap(false, 1, udpPackets(FRAMES['ethernet, VLAN']?.wrap ?? ((ip) => ip)))),
      Buffer.from(
        concat(
          section(false),
          capturedInterface(false, 101, 9),
          ...udpPackets((ip) => ip).map((packet) => enhancedPacket(false, 0, 1e9, packet)),
        ),
      ),
    ];
    const mutation = fc.record({
      seed: fc.nat(seeds.length - 1),
      flips: fc.array(
        fc.record({
          at: fc.double({ min: 0, max: 0.999, noNaN: true }),
          near: fc.nat(300),
          byte: fc.nat(255),
        }),
        { minLength: 1, maxLength: 12 },
      ),
      cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 3 }),
    });
    const mutated = folder.path('m.pcapng');
    await fc.assert(
      fc.asyncProperty(mutation, async ({ seed, flips, cut }) => {
        const bytes = Buffer.from(seeds[seed] ?? []);
        for (const { at, near, byte } of flips) {
          // Half of the flips hit the start, where most structure is.
          const place = byte % 2 === 0 ? near : Math.floor(at * bytes.length);
          bytes[place % bytes.length] = byte;
        }
        writeFileSync(
          mutated,
          bytes.subarray(0, cut === null ? bytes.length : Math.floor(cut * bytes.length)),
        );
        const began = performance.now();
        try {
          const opened = await openWhole(mutated);
          const view = opened.view(null);
          const rows = told(view);
          expect(rows).toHaveLength(view.length);
          for (let i = 0; i < view.length; i++) {
            const row = rows[i];
            const isState = row?.direction === 'state' || row?.direction === 'fault';
            if (!isState) expect(view.bytes(i).length).toBe(row?.lengthBytes);
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_NOT_A_CAPTURE' });
        }
        expect(performance.now() - began).toBeLessThan(5000);
      }),
      { numRuns: 200, seed: 20_261_122 },
    );
  });

  test('closing stops the reading', async () => {
    const path = folder.path('a.pcapng');
    const session = startSession(path);
    const flow = session.tcp(2, US, { host: '1.2.3.4', port: 5 });
    for (let i = 0; i < 200; i++) flow.data('in', pattern(65_495), now());
    session.close(now());
    const opened = openCaptureFile(path, { rootSocket: 1, allocateSocket: () => 2 });
    expect(opened.state.progress).toBe(0);
    opened.close();
    await opened.done;
    expect(opened.state).toMatchObject({ progress: null, rows: 0 });
  });
});
