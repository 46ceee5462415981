import { expect, test, vi } from 'vitest';
import { now } from '../../../../src-main/engine/clock';
import {
  partsBeside,
  UNSPLIT,
} from '../../../../src-main/engine/capture/recording/recording-parts';
import { FrameList, packFrame } from '../../../../src-main/engine/capture/rows/frame-list';
import { HitList } from '../../../../src-main/engine/capture/rows/hit-list';
import { LineMarks, packMark } from '../../../../src-main/engine/capture/rows/line-marks';
import { RowList } from '../../../../src-main/engine/capture/rows/capture-index';
import type { RowView, Session } from '../../../../src-main/engine/types';
import type { ViewShape } from '../../../../src-shared/contract/view-shape';
import { thread } from '../../../support/view-thread';
import { within } from '../../../support/deadline';
import { startSession, US, useFolder } from './sample';

vi.setConfig({ testTimeout: 60_000 });

const folder = useFolder();
const A = { host: '10.0.0.1', port: 4001 };
const OPTIONS = { pairing: null, timeoutMs: 1000, bucketMs: null };
/** A ring that keeps two parts, each of some 60 chunks of one connection. */
function ring() {
  const split = {
    plan: { ...UNSPLIT, sizeBytes: 65_536, keepParts: 2 },
    files: partsBeside(folder.path('r.pcapng')),
  };
  const session = startSession(folder.path('r.pcapng'), { split });
  const flow = session.tcp(2, US, A);
  flow.opened('peer', now());
  let said = 0;
  /** One line a chunk, and a second one that goes on in the next; each tenth has the needle. */
  const talk = (chunks: number) => {
    for (const end = said + chunks; said < end; said++) {
      const word = said % 10 === 0 ? 'needle' : 'straw';
      flow.data('in', Buffer.from(`chunk ${said} ${word} ${'x'.repeat(900)}\nopen`), now());
    }
  };
  return { session, talk };
}

function opened(session: Session, shape: ViewShape, socket: number | null = null) {
  let look: () => void = () => undefined;
  const onChange = () => {
    look();
  };
  const view = session.view(socket, { shape, thread, onChange });
  const until = (what: string, settled: () => boolean) =>
    within(
      new Promise<void>((resolve) => {
        look = () => {
          view.refresh?.();
          if (settled() || view.scanning?.problem) resolve();
        };
        look();
      }),
      what,
      20_000,
    );
  const scanned = (rows = session.state.rows) =>
    until('all rows', () => view.scanning?.scannedRows === rows);
  return { view, until, scanned, onChange };
}

/** What is there of a view, as text: those that are let go are asked for as well, and are not. */
function texts(view: RowView): string[] {
  const { first = 0, length } = view;
  return view.rows(first, length - first).map(({ preview, note }) => {
    const text = Buffer.from(preview).toString('latin1');
    return note?.event ?? text.replace(/x+/, '');
  });
}

const SHAPES: readonly [ViewShape, number | null][] = [
  [{ filter: 'dir:rx' }, null],
  [{ framing: 'line' }, 2],
  [{ lines: { as: 'text' } }, 2],
  [{ lines: { as: 'hex32' } }, 2],
];

test.each(SHAPES)(
  'a view %j opened before a ring let go of rows shows what is left, as one opened after',
  async (shape, socket) => {
    const { session, talk } = ring();
    const early = opened(session, shape, socket);
    talk(50);
    await early.scanned();
    talk(150);
    await early.scanned();
    talk(100);
    await early.scanned();
    const late = opened(session, shape, socket);
    await late.scanned();
    const { first = 0 } = early.view;
    expect(first).toBeGreaterThan(100);
    const left = texts(early.view);
    expect(left.length).toBe(early.view.length - first);
    expect(left.length).toBeGreaterThan(60);
    // Of frames and lines, the one that had begun in what was let go is only whole in the first.
    expect(texts(late.view).slice(-left.length + 1)).toEqual(left.slice(1));
    expect(late.view.rows(late.view.first ?? 0, 1)[0]?.deltaMs).toBeNull();
    const ends = texts(late.view).join('');
    expect(ends).toContain('chunk 299');
    for (const { view } of [early, late]) view.close?.();
    session.close(now());
  },
);

test.each(SHAPES)(
  'a search begun late in %j finds places of what is left',
  async (shape, socket) => {
    const { session, talk } = ring();
    const { view, scanned, until, onChange } = opened(session, shape, socket);
    talk(120);
    await scanned();
    talk(130);
    await scanned();
    const found = view.search({ search: 'needle', onChange, thread });
    await until('the search', () => {
      found.refresh();
      return found.scanning.scannedRows === session.state.rows;
    });
    const { first = 0 } = view;
    const expected = view.rows(first, view.length - first).flatMap(({ index, preview }) => {
      return Buffer.from(preview).includes('needle') ? [index] : [];
    });
    // A line of hex may hold only the beginning.
    if (shape.lines?.as !== 'hex32') {
      expect(expected.length).toBeGreaterThan(5);
      expect(Array.from({ length: found.length }, (_, at) => found.at(at))).toEqual(expected);
    }
    expect(found.length).toBeGreaterThan(5);
    // More is let go: hits in it are no hits any more.
    talk(130);
    await scanned();
    await until('the search', () => {
      found.refresh();
      return found.scanning.scannedRows === session.state.rows;
    });
    found.refresh();
    const place = found.find(0, false);
    expect(place?.ordinal).toBe(0);
    expect(place?.at).toBeGreaterThanOrEqual(view.first ?? 0);
    expect(found.between(0, view.first ?? 0)).toEqual([]);
    found.close();
    view.close?.();
    session.close(now());
  },
);

test('sums begin with what is kept and tell what was gone; what they counted stays counted', async () => {
  const { session, talk } = ring();
  const counting = (view: RowView) => {
    let look: () => void = () => undefined;
    const onChange = () => {
      look();
    };
    const running = view.statistics({ options: OPTIONS, onChange, thread });
    const messages = async (count: number) => {
      await within(
        new Promise<void>((resolve) => {
          look = () => {
            running.refresh();
            if (running.latest?.in.messages === count) resolve();
          };
          look();
        }),
        `${count} messages`,
        20_000,
      );
      return running.latest;
    };
    return { running, messages };
  };
  const view = session.view(null);
  const early = counting(view);
  for (let said = 50; said < 250; said += 50) {
    talk(50);
    await early.messages(said);
  }
  talk(50);
  const all = await early.messages(250);
  expect([all?.goneRows, all?.untimed]).toEqual([0, 0]);
  const { first = 0, length } = view;
  const kept = view.rows(first, length).filter(({ direction }) => direction === 'in');
  const late = counting(view);
  const sums = await late.messages(kept.length);
  expect([sums?.goneRows, sums?.untimed]).toEqual([first, 0]);
  expect(sums?.in.bytes).toBe(kept.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0));
  expect(sums?.firstAt).toBe(kept[0]?.at);
  early.running.close();
  late.running.close();
  session.close(now());
});

test('lists keep the places of what is left, and no memory of what was let go', () => {
  const count = 70_000;
  const from = 68_000;
  const rows = new RowList();
  const frames = new FrameList();
  const hits = new HitList();
  const marks = new LineMarks();
  const all = Array.from({ length: count }, (_, at) => at);
  for (const at of all) rows.append(at + 7);
  hits.merge(Uint32Array.from(all, (at) => at * 2));
  const of = { offset: 0, lengthBytes: 1, role: 'frame', part: 'whole', asItIs: false } as const;
  const frame = (row: number) =>
    packFrame({ ...of, row, endRow: row, incomplete: false, side: 'client' });
  frames.append(Uint32Array.from(all.flatMap(frame)));
  const mark = (at: number) =>
    packMark({ line: at * 64, row: at, offset: 0, inBytes: at, outBytes: 0 });
  marks.append(Uint32Array.from(all.flatMap(mark)));
  rows.letGo(from);
  frames.letGo(from);
  marks.letGo(from);
  hits.letGo(from * 2);
  expect([rows.length, rows.at(from), rows.at(1000)]).toEqual([count, from + 7, 0]);
  expect([frames.length, frames.at(from).row, frames.at(1000).row]).toEqual([count, from, 0]);
  expect([marks.length, marks.at(from).inBytes, marks.at(1000).inBytes]).toEqual([count, from, 0]);
  expect(marks.ofLine(from * 64 + 3)).toBe(from);
  expect([hits.length, hits.first, hits.at(from), hits.at(1000)]).toEqual([
    ...[count, from, from * 2, 0],
  ]);
  // One that comes late and stands where all was let go is none any more.
  hits.merge(Uint32Array.of(5, count * 2));
  expect([hits.length, hits.before(0), hits.at(count)]).toEqual([count + 1, from, count * 2]);
});
