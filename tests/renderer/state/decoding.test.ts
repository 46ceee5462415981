import { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import type { DecodeReply } from '../../../src-renderer/state/decode-messages';
import { type DecodeWorker, Decoding } from '../../../src-renderer/state/decoding.svelte';
import { RowLabels } from '../../../src-renderer/state/row-labels.svelte';
import { unknownDecoder, withDefinitions } from '../../../src-renderer/state/with-definitions';
import { LAYOUT_EXAMPLES } from '../../../src-shared/decode/definitions/examples';
import { ENGLISH } from '../../../src-shared/decode/words';
import { dataRow, decodingHere, fakeEngine, settle } from './fakes';

/** Answers what it is asked, and never again once it is asked for `hang`. */
const PROGRAM = `
  const { parentPort } = require('node:worker_threads');
  parentPort.postMessage({ kind: 'ready' });
  parentPort.on('message', ({ kind, id, job }) => {
    if (kind !== 'decode') return;
    if (job.choice === 'hang') for (;;);
    const message = { label: job.choice, fields: [], from: 0, to: 1, incomplete: false };
    parentPort.postMessage({ kind: 'decoded', id, answer: { ok: true, messages: [message] } });
  });
`;

const started: { worker: Worker; exited: Promise<number> }[] = [];

/** A real thread, as the page has one: only ending it helps when it hangs. */
function startThread(): DecodeWorker {
  const worker = new Worker(PROGRAM, { eval: true });
  const exited = new Promise<number>((resolve) => worker.once('exit', resolve));
  started.push({ worker, exited });
  return {
    post: (request) => {
      worker.postMessage(request);
    },
    listen: (reply) => {
      worker.on('message', (message: DecodeReply) => {
        reply(message);
      });
    },
    end: () => void worker.terminate(),
  };
}

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ worker }) => worker.terminate()));
});

const subject = {
  kind: 'frame',
  input: { bytes: Uint8Array.of(1), side: 'client', role: 'frame' },
} as const;

test('a decoder that hangs is ended and told, and what waits behind it is answered', async () => {
  const decoding = new Decoding(startThread, () => ENGLISH);
  const ask = (choice: string) => decoding.decode({ choice, subject });
  const answers = await Promise.all([ask('a'), ask('hang'), ask('b')]);
  expect(answers.map((answer) => (answer.ok ? answer.messages[0]?.label : answer))).toEqual([
    'a',
    { ok: false, tooSlow: true },
    'b',
  ]);
  expect(started).toHaveLength(2);
  expect(await started[0]?.exited).toBe(1);
  expect(decoding.ended).toBe(1);
  expect(await ask('c')).toMatchObject({ ok: true });
  expect(started).toHaveLength(2);
  decoding.close();
});

test('a worker that cannot be started is told, and tried again', async () => {
  let starts = 0;
  const decoding = new Decoding(
    () => {
      starts++;
      return {
        post: () => undefined,
        listen: (_reply, failed) => {
          queueMicrotask(() => {
            failed('no file');
          });
        },
        end: () => undefined,
      };
    },
    () => ENGLISH,
  );
  const failed = { ok: false, message: 'no file' };
  expect(await decoding.decode({ choice: 'http', subject })).toEqual(failed);
  expect(await decoding.decode({ choice: 'http', subject })).toEqual(failed);
  expect(starts).toBe(2);
});

test('rows in sight say what they mean, whole or not at all', async () => {
  const [sensor] = LAYOUT_EXAMPLES;
  if (!sensor) throw new Error('no example');
  const decoding = decodingHere();
  decoding.define([sensor.definition]);
  const whole = new Uint8Array(Buffer.from(sensor.sample.replaceAll(' ', ''), 'hex'));
  const engine = fakeEngine({ rowBytes: () => ({ chunks: [whole], truncated: false }) });
  const origin = {
    ...{ client: () => 'in' as const, connection: () => null },
    ...{ datagrams: () => true, messages: () => true },
  };
  const labels = new RowLabels({ decoding, origin, engine, view: 'view-1' });
  const lengthBytes = whole.byteLength;
  const rows = [
    dataRow(0, { preview: whole, lengthBytes }),
    // Its preview is cut: all of it is asked for.
    dataRow(1, { preview: whole.slice(0, 4), lengthBytes }),
    dataRow(2, { preview: whole, lengthBytes: 300 * 1024 }),
    dataRow(3, { direction: 'state', lengthBytes: 0 }),
  ];
  labels.look(rows, 'layout:sensor');
  for (let turn = 0; labels.version === 0 && turn < 100; turn++) await settle();
  const said = { text: '21.54 °C, 45 %, measuring (1)' };
  expect(rows.map((row) => labels.of(row))).toEqual([said, said, { problem: 'too-long' }, null]);
  expect(engine.named('rowBytes').map(({ params }) => params)).toEqual([
    { view: 'view-1', indexes: [1] },
  ]);
  // Of another decoder they say something else.
  labels.look(rows.slice(0, 1), 'layout:gone');
  for (let turn = 0; labels.version === 1 && turn < 100; turn++) await settle();
  expect(labels.of(rows[0] ?? dataRow(0))).toEqual({ problem: 'failed' });
});

test('filters take the definitions they name along', () => {
  const definitions = LAYOUT_EXAMPLES.map(({ definition }) => definition);
  const prepare = withDefinitions(() => definitions);
  const asked = { view: 'v', socket: 1, shape: { filter: 'decode.sensor.crc.valid=0 or OK' } };
  expect(prepare.openView?.(asked)).toEqual({
    ...asked,
    shape: { ...asked.shape, definitions: definitions.slice(0, 1) },
  });
  const search = { view: 'v', search: 'decode.tlv.entry' };
  expect(prepare.search?.(search)).toEqual({
    ...search,
    definitions: definitions.slice(1, 2),
  });
  const plain = { view: 'v', socket: 1, shape: { filter: 'decode.modbus.unit=1' } };
  expect(prepare.openView?.(plain)).toBe(plain);
  const names = definitions.map(({ name }) => name);
  expect(unknownDecoder('OK and decode.pump.level>1', names)).toMatchObject({
    ...{ code: 'unknown-decoder', at: 7, length: 11, values: { found: 'pump' } },
  });
  expect(unknownDecoder('decode.sensor.state=1 decode.http.status=1', names)).toBeNull();
});
