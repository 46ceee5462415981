import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { openCaptureFile } from '../../../../src-main/engine/capture/reading/capture-file';
import type { OpenedCapture } from '../../../../src-main/engine/capture/reading/capture-file';
import { createSession } from '../../../../src-main/engine/capture/recording/session';
import type { LiveSession } from '../../../../src-main/engine/capture/recording/session';
import type { SessionOptions } from '../../../../src-main/engine/capture/recording/session-options';
import { now } from '../../../../src-main/engine/clock';
import type { RowView } from '../../../../src-main/engine/types';
import type { Row } from '../../../../src-shared/contract/row';

export const US = { host: '192.168.1.20', port: 502 };
export const PEER = { host: '192.168.1.50', port: 40_000 };
export const US6 = { host: 'fe80::1%eth0', port: 502 };
export const PEER6 = { host: '2001:db8::17', port: 40_001 };

/** A folder of its own for each test. */
export function useFolder(): { path(name: string): string } {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wb-capture-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return { path: (name) => join(folder, name) };
}

export function startSession(path: string, more: Partial<SessionOptions> = {}): LiveSession {
  return createSession({ path, address: 'tcp-listen:502', rootSocket: 1, ...more });
}

export function pattern(length: number, seed = 7): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 31 + seed + (i >>> 8)) & 0xff));
}

/** Opens a capture and reads it to its end. Sockets found are numbered from 100. */
export async function openWhole(paths: string | readonly string[]): Promise<OpenedCapture> {
  let socket = 100;
  const capture = openCaptureFile(paths, { rootSocket: 1, allocateSocket: () => socket++ });
  await capture.done;
  return capture;
}

/** What of the rows must be the same however they are read. */
export function told(view: RowView): Omit<Row, 'socket'>[] {
  const rows: Row[] = [];
  for (let from = 0; from < view.length; from += 512) rows.push(...view.rows(from, 512));
  return rows.map(
    ({ index, number, at, deltaMs, peer, direction, lengthBytes, preview, note }) => ({
      ...{ index, number, at, deltaMs, peer, direction, lengthBytes, note },
      preview: new Uint8Array(preview),
    }),
  );
}

/** Two connections, a peer, states, chunks of several segments: something of everything. */
export function recordSample(session: LiveSession): void {
  session.note(1, { event: 'open', text: 'tcp-listen:502' }, now());
  const first = session.tcp(2, US, PEER);
  first.opened('peer', now());
  const second = session.tcp(3, US6, PEER6);
  second.opened('us', now());
  first.data('in', pattern(12), now());
  second.data('out', pattern(200_000), now());
  first.data('out', pattern(5), now());
  const udp = session.udp(4, US, { host: '192.168.1.51', port: 7 });
  udp.data('in', pattern(0), now());
  udp.data('out', pattern(65_507), now());
  const error = { code: 'EMSGSIZE', errno: -90, syscall: 'send', message: 'too big' };
  session.note(4, { event: 'fault', error }, now());
  session
    .tcp(5, US, { host: '192.168.1.52', port: 9 })
    .failed(
      { event: 'failed', error: { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' } },
      true,
      now(),
    );
  second.data('in', pattern(70_000, 3), now());
  session.counts({ received: 9, kernelDropped: 4, ownDropped: 0 }, now());
  first.ended('peer', now());
  first.data('out', pattern(3), now());
  first.ended('us', now());
  second.reset('peer', now(), { event: 'peer-reset', text: 'cable pulled' });
  session.note(1, { event: 'closed' }, now());
}

const SAMPLE_EVENTS = [
  ...['open', 'accepted', 'connected', 12, 200_000, 5, 0, 65_507, 'fault', 'failed', 70_000],
  ...['kernel-dropped', 'peer-ended', 3, 'ended', 'peer-reset', 'closed'],
];

export function events(view: RowView): (string | number)[] {
  return told(view).map(({ direction, lengthBytes, note }) =>
    direction === 'in' || direction === 'out' ? lengthBytes : (note?.event ?? ''),
  );
}

export function expectSample(view: RowView): void {
  expect(events(view)).toEqual(SAMPLE_EVENTS);
}
