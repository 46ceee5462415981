import { readdirSync } from 'node:fs';
import { now } from '../../../../src-main/engine/clock';
import {
  partsBeside,
  UNSPLIT,
} from '../../../../src-main/engine/capture/recording/recording-parts';
import type { SplitPlan } from '../../../../src-main/engine/capture/recording/recording-parts';
import type { LiveSession } from '../../../../src-main/engine/capture/recording/session';
import { pattern, PEER, startSession, US } from './sample';

/** Of each chunk that `talk` passes on. */
export const CHUNK_BYTES = 10_000;

/** A session that is split, its parts beside a path. */
export function splitSession(path: string, plan: Partial<SplitPlan>, clock = now): LiveSession {
  const split = { plan: { ...UNSPLIT, ...plan }, files: partsBeside(path) };
  return startSession(path, { split, now: clock });
}

/** The parts that there are of a recording, in order. */
export function partFiles(folder: { path(name: string): string }, stem = 'a'): string[] {
  const names = readdirSync(folder.path('.')).filter((name) => name.startsWith(`${stem}.0`));
  return names.sort().map((name) => folder.path(name));
}

/** A connection that a hundred chunks pass on, and a peer with as many datagrams. */
export function talk(session: LiveSession, chunks = 100): void {
  const stream = session.tcp(2, US, PEER);
  const peer = session.udp(3, US, { host: '192.168.1.51', port: 7 });
  stream.opened('peer', now());
  for (let at = 0; at < chunks; at++) {
    stream.data('in', pattern(CHUNK_BYTES, at), now());
    peer.data('out', pattern(20, at), now());
  }
  stream.ended('peer', now());
}
