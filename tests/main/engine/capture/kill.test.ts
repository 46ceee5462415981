import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { build } from 'vite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { recoverCapture } from '../../../../src-main/engine/capture/store/recover';
import { capinfos, tshark } from '../../../support/tshark';
import { openWhole, useFolder } from './sample';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const KILLS = 6;
const MAX_LOST_MS = 100;

const folder = useFolder();
let bundle = '';

beforeAll(async () => {
  bundle = mkdtempSync(join(tmpdir(), 'wb-child-'));
  await build({
    ...{ configFile: false, logLevel: 'error', publicDir: false, ssr: { noExternal: true } },
    root: resolve(import.meta.dirname, '../../../..'),
    build: {
      ...{ ssr: true, target: 'node20.18', outDir: bundle, emptyOutDir: false },
      rolldownOptions: {
        input: { child: join(import.meta.dirname, 'recording-child.ts') },
        output: { format: 'es', entryFileNames: '[name].mjs' },
      },
    },
  });
});
afterAll(() => rmSync(bundle, { recursive: true, force: true }));

/** Park and Miller's generator: the instants are random, but the same in every run. */
function* randomFractions(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state * 48_271) % 2_147_483_647;
    yield state / 2_147_483_647;
  }
}

/** Ends the child so long after it began. */
async function recordAndKill(
  capture: string,
  log: string,
  afterMs: number,
  ...more: string[]
): Promise<void> {
  const child = spawn(process.execPath, [join(bundle, 'child.mjs'), capture, log, ...more], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const deadline = performance.now() + 20_000;
  while (statSync(log, { throwIfNoEntry: false }) === undefined) {
    if (performance.now() > deadline) throw new Error('the child did not start');
    await new Promise((done) => setTimeout(done, 2));
  }
  await new Promise((done) => setTimeout(done, afterMs));
  child.kill('SIGKILL');
  const [, signal] = (await exited) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
}

/** Twelve bytes each: number, and when `data` had returned. */
function acknowledgedIn(log: string): { number: number; at: number }[] {
  const bytes = readFileSync(log);
  return Array.from({ length: Math.floor(bytes.length / 12) }, (_, i) => ({
    number: bytes.readUInt32LE(i * 12),
    at: bytes.readDoubleLE(i * 12 + 4),
  }));
}

/** The payload of each packet, empty for those of TCP. */
function packetsOf(capture: string): { code: number | null; packets: string[] } {
  const { code, stdout } = tshark(capture, '-T', 'fields', '-e', 'udp.payload');
  return { code, packets: stdout.split('\n').slice(0, -1) };
}

test(`killed at any instant it loses at most ${String(MAX_LOST_MS)} ms and still opens`, async () => {
  const fractions = randomFractions(20_261_122);
  const lostMs: number[] = [];
  for (let run = 0; run < KILLS; run++) {
    const capture = folder.path(`${String(run)}.pcapng`);
    const log = folder.path(`${String(run)}.log`);
    await recordAndKill(capture, log, 250 * fractions.next().value);
    const acknowledged = acknowledgedIn(log);
    if (statSync(capture, { throwIfNoEntry: false }) === undefined) {
      // Killed before there was a socket: nothing was recorded, and nothing half-made is left.
      expect(acknowledged).toEqual([]);
      continue;
    }
    const raw = packetsOf(capture);
    expect([0, 2]).toContain(raw.code);
    const seen = raw.packets
      .filter((hex) => hex !== '')
      .map((hex) => Buffer.from(hex.slice(0, 8), 'hex').readUInt32LE());
    expect(seen).toEqual(seen.map((_, i) => i));
    // From the first one lost to the last one taken: a time in which the child was not even running
    // is no loss.
    const firstLost = acknowledged[seen.length];
    lostMs.push(firstLost === undefined ? 0 : (acknowledged.at(-1)?.at ?? 0) - firstLost.at);

    const { cutBytes } = await recoverCapture(capture);
    expect(cutBytes > 0).toBe(raw.code === 2);
    expect(packetsOf(capture)).toEqual({ code: 0, packets: raw.packets });
    expect(capinfos(capture).code).toBe(0);
    expect(await recoverCapture(capture)).toEqual({ cutBytes: 0 });
    const opened = await openWhole(capture);
    expect(opened.state.damage).toBeNull();
    const last = opened.view(null).rows(opened.view(null).length - 1, 1)[0];
    expect(last?.note?.event).toBe('recovered');
  }
  console.log(
    `lost at the worst of ${String(lostMs.length)} kills: ${Math.max(...lostMs).toFixed(1)} ms`,
  );
  expect(lostMs.length).toBeGreaterThan(KILLS / 2);
  expect(Math.max(...lostMs)).toBeLessThanOrEqual(MAX_LOST_MS);
});

test('killed while it goes from part to part it loses no more, and every part opens', async () => {
  const fractions = randomFractions(17);
  let parts = 0;
  for (let run = 0; run < 4; run++) {
    const stem = `split-${String(run)}`;
    const log = folder.path(`${stem}.log`);
    await recordAndKill(
      folder.path(`${stem}.pcapng`),
      log,
      100 + 150 * fractions.next().value,
      'split',
    );
    const acknowledged = acknowledgedIn(log);
    const all = readdirSync(folder.path('.')).filter((name) => name.startsWith(`${stem}.0`));
    const files = all.sort().map((name) => folder.path(name));
    // Killed the moment the last one was made, before a byte was written into it.
    const paths = files.filter((path, at) => at < files.length - 1 || statSync(path).size > 0);
    parts += paths.length;
    for (const [at, path] of paths.entries()) {
      const { damage } = (await openWhole(path)).state;
      // While the last one was begun, the one before may not have been closed yet.
      if (at < paths.length - 2) expect(damage).toBeNull();
      else await recoverCapture(path);
    }
    const whole = folder.path(`${stem}-whole.pcapng`);
    const merged = spawnSync('mergecap', ['-a', '-w', whole, ...paths], { encoding: 'utf8' });
    expect(merged.stderr).toBe('');
    const { code, packets } = packetsOf(whole);
    const seen = packets
      .filter((hex) => hex !== '')
      .map((hex) => Buffer.from(hex.slice(0, 8), 'hex').readUInt32LE());
    expect([code, seen]).toEqual([0, seen.map((_, i) => i)]);
    const firstLost = acknowledged[seen.length];
    const lostMs = firstLost === undefined ? 0 : (acknowledged.at(-1)?.at ?? 0) - firstLost.at;
    expect(lostMs).toBeLessThanOrEqual(MAX_LOST_MS);
  }
  expect(parts).toBeGreaterThan(20);
});
