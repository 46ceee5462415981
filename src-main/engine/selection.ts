import { setImmediate as turn } from 'node:timers/promises';
import type { ResultOf } from '../../src-shared/contract/engine';
import { MAX_SUMMED_BYTES } from '../../src-shared/contract/selection-commands';
import { findChecksum } from '../../src-shared/payload/checksum';
import { refusal } from '../../src-shared/refusal/refusal';
import { CommandError } from './command-error';
import type { RowView } from './types';

/* What the rows of a selection come to: millions of them, a slice at a time between other work. */

interface Span {
  from: number;
  end: number;
}

/** How long sockets may wait for their turn. */
const SLICE_MS = 6;
const BATCH = 4096;

/** Of one payload, added up before the clock is asked again. */
const PIECE_BYTES = 64 * 1024;

/** Those of them that are there. */
function within(spans: readonly Span[], length: number): Span[] {
  const cut = spans.map(({ from, end }) => ({ from, end: Math.min(end, length) }));
  return cut.filter(({ from, end }) => from < end);
}

/** Null: nobody waits for it any more. Throws ERR_BAD_COMMAND when there are no such rows. */
export async function sumsOf(
  view: RowView,
  asked: readonly Span[],
  holds: () => boolean,
): Promise<ResultOf<'selectionSums'>['sums']> {
  const spans = within(asked, view.length);
  const [first, last] = [spans[0], spans.at(-1)];
  const { places } = view;
  if (!first || !last || !places)
    throw new CommandError('ERR_BAD_COMMAND', refusal('no-such-rows'));
  let rows = 0;
  let bytes = 0;
  let until = performance.now() + SLICE_MS;
  for (const { from, end } of spans)
    for (let at = from; at < end;) {
      const stop = Math.min(end, at + BATCH);
      rows += stop - at;
      for (; at < stop; at++) bytes += places.lengthBytes(at);
      if (performance.now() < until) continue;
      await turn();
      if (!holds()) return null;
      until = performance.now() + SLICE_MS;
    }
  const firstAt = view.rows(first.from, 1)[0]?.at ?? 0;
  const lastAt = view.rows(last.end - 1, 1)[0]?.at ?? firstAt;
  return { rows, bytes, firstAt, lastAt };
}

interface Asked {
  names: readonly string[];
  holds: () => boolean;
}

/** Of at most MAX_SUMMED_BYTES of the payloads, one after another. Null: as `sumsOf`. */
export async function checksumsOf(
  view: RowView,
  asked: readonly Span[],
  { names, holds }: Asked,
): Promise<ResultOf<'checksums'>['checksums']> {
  // Opened anew for each row, the file would take most of the time.
  const release = view.hold?.();
  try {
    return await added(view, within(asked, view.length), { names, holds });
  } finally {
    release?.();
  }
}

async function added(
  view: RowView,
  spans: readonly Span[],
  { names, holds }: Asked,
): Promise<ResultOf<'checksums'>['checksums']> {
  const wanted = names.map((name) => findChecksum(name));
  const running = wanted.map((checksum) => checksum?.begin() ?? null);
  let bytes = 0;
  let cut = false;
  let until = performance.now() + SLICE_MS;
  for (const payload of payloads(view, spans)) {
    const taken = payload.subarray(0, MAX_SUMMED_BYTES - bytes);
    cut ||= taken.length < payload.length;
    bytes += taken.length;
    for (let at = 0; at < taken.length; at += PIECE_BYTES) {
      for (const one of running) one?.add(taken.subarray(at, at + PIECE_BYTES));
      if (performance.now() < until) continue;
      await turn();
      if (!holds()) return null;
      until = performance.now() + SLICE_MS;
    }
    if (cut) break;
  }
  const values = running.map((one, place) => {
    const digits = 2 * (wanted[place]?.widthBytes ?? 0);
    return one?.value().toString(16).padStart(digits, '0').toUpperCase() ?? null;
  });
  return { bytes, cut, values };
}

function* payloads(view: RowView, spans: readonly Span[]): Generator<Uint8Array> {
  for (const { from, end } of spans)
    for (let at = from; at < end; at++)
      if ((view.places?.lengthBytes(at) ?? 0) > 0) yield view.bytes(at);
}
