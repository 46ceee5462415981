import fc from 'fast-check';
import { readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LentPayloads } from '../../../../src-main/engine/capture/recording/lent-payloads';
import { now } from '../../../../src-main/engine/clock';
import { ReadMemory } from '../../../../src-main/engine/read-memory';
import { fields, tshark } from '../../../support/tshark';
import { pattern, PEER, PEER6, startSession, told, US, US6, useFolder } from './sample';

const folder = useFolder();
const memory = new ReadMemory();

/** As a read brings them: others lie there after it. */
function read(bytes: Uint8Array, record: (bytes: Uint8Array) => void): void {
  memory.bytes.set(bytes, 11);
  record(memory.bytes.subarray(11, 11 + bytes.length));
  memory.bytes.fill(0xee);
}

test('a recording is the same, byte for byte, whether payloads were copied or not', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          size: fc.oneof(fc.nat(300), fc.integer({ min: 16_000, max: 261_980 })),
          side: fc.constantFrom('in', 'out'),
          second: fc.boolean(),
          shared: fc.boolean(),
          flush: fc.boolean(),
        }),
        { minLength: 1, maxLength: 12 },
      ),
      (chunks) => {
        const at = now();
        const files = [memory, null].map((shared) => {
          const path = folder.path('a.pcapng');
          const session = startSession(path, {
            memory: shared,
            now: () => at,
            initialSequence: () => 7,
          });
          const flows = [session.tcp(2, US, PEER), session.tcp(3, US6, PEER6)];
          for (const flow of flows) flow.opened('peer', at);
          for (const chunk of chunks) {
            const flow = flows[chunk.second ? 1 : 0];
            const bytes = pattern(chunk.size, chunk.size);
            const record = (given: Uint8Array) => {
              expect(flow?.data(chunk.side, given, at)).toBe(true);
            };
            if (shared && chunk.shared) read(bytes, record);
            else record(bytes);
            if (chunk.flush) session.flush();
          }
          session.counts({ received: 1, kernelDropped: 0, ownDropped: 0 }, at);
          session.close(at);
          const file = readFileSync(path);
          rmSync(path);
          return file;
        });
        expect(files[0]?.equals(files[1] ?? Buffer.alloc(0))).toBe(true);
      },
    ),
    { numRuns: 40 },
  );
});

test('what was lent is shown at once, and its checksums hold', () => {
  const path = folder.path('a.pcapng');
  const session = startSession(path, { memory });
  const flow = session.tcp(2, US, PEER);
  flow.opened('peer', now());
  const sent = [pattern(200_001, 1), pattern(17_003, 2), pattern(261_980, 3)];
  for (const bytes of sent) {
    read(bytes, (given) => {
      expect(flow.data('in', given, now())).toBe(true);
    });
  }
  const view = session.view(2);
  expect(told(view).map(({ lengthBytes }) => lengthBytes)).toEqual([0, 200_001, 17_003, 261_980]);
  expect(sent.every((bytes, at) => bytes.equals(view.bytes(at + 1)))).toBe(true);
  session.close(now());
  expect(tshark(path).code).toBe(0);
  expect(fields(path, 'tcp.checksum.status != "Good"', 'frame.number')).toEqual([]);
  const payloads = fields(path, 'tcp.len > 0', 'tcp.payload').map(([hex = '']) => hex);
  expect(payloads.join('')).toBe(Buffer.concat(sent).toString('hex'));
});

test('gathering puts every piece where it belongs', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ maxLength: 9 }))),
      fc.uint8Array({ maxLength: 9 }),
      (pairs, last) => {
        const slab = new Uint8Array(1000);
        const lent = new LentPayloads();
        let used = 0;
        for (const [encoded, payload] of pairs) {
          slab.set(encoded, used);
          used += encoded.length;
          lent.add(used, payload);
        }
        slab.set(last, used);
        used += last.length;
        const whole = Buffer.concat([...pairs.flat(), last]);
        expect(Buffer.concat(lent.pieces(slab, used)).equals(whole)).toBe(true);
        expect(used + lent.gather(slab, used)).toBe(whole.length);
        expect(Buffer.from(slab.subarray(0, whole.length)).equals(whole)).toBe(true);
        expect(lent.bytes).toBe(0);
      },
    ),
  );
});
