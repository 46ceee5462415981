import type { CaptureState } from '../../../../src-shared/contract/socket';
import type { RowView, TcpFlow, UdpFlow } from '../../types';
import { Marks } from '../store/marks';
import type { LiveSession } from './session';

const NOTHING_LEFT = { scannedRows: 0, pendingBytes: 0, problem: null, done: true };

const NO_ROWS: RowView = {
  length: 0,
  packets: null,
  rows: () => [],
  bytes: () => new Uint8Array(0),
  statistics: () => ({
    latest: null,
    version: 0,
    scanning: NOTHING_LEFT,
    refresh: () => undefined,
    close: () => undefined,
  }),
  placeFrom: () => null,
  asked: () => null,
  questions: () => ({
    ended: [],
    marks: () => Promise.resolve(null),
    tryFraming: () => Promise.resolve({ first: [], last: [], frames: 0, rows: 0, whole: true }),
    suggestFraming: () => Promise.resolve([]),
    close: () => undefined,
  }),
  search: () => ({
    length: 0,
    scanning: NOTHING_LEFT,
    whole: true,
    at: () => 0,
    find: () => null,
    between: () => [],
    refresh: () => undefined,
    close: () => undefined,
  }),
};

/** For "no recording": takes everything, keeps nothing, has no rows. */
export function nullRecorder(): LiveSession {
  let complete = false;
  const flow: TcpFlow & UdpFlow = {
    opened: () => undefined,
    failed: () => undefined,
    data: () => true,
    ended: () => undefined,
    reset: () => undefined,
  };
  return {
    path: '',
    files: [],
    flushedBytes: 0,
    get state(): CaptureState {
      const state = complete ? 'complete' : 'recording';
      return { file: '', bytes: 0, rows: 0, state, error: null, progress: null, damage: null };
    },
    view: () => NO_ROWS,
    flush: () => undefined,
    tcp: () => flow,
    stream: () => flow,
    udp: () => flow,
    join: () => undefined,
    note: () => undefined,
    counts: () => undefined,
    close: () => {
      complete = true;
      return [];
    },
    moved: () => undefined,
    marks: new Marks({ length: 0, first: 0, offset: () => 0 }, () => 0),
  };
}
