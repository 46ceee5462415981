/** Of each side at most this much is compared. */
export const MAX_COMPARED_BYTES = 256 * 1024;

/**
 * With more bytes to be taken out and put in than this, two payloads are not told to be one with
 * changes: they are compared place by place. Work grows with its square, memory too (16 MiB).
 */
const MAX_EDITS = 2000;

/** A stretch of both sides: equal, or what stands in one in place of what stands in the other. */
export interface ByteChange {
  kind: 'same' | 'changed' | 'removed' | 'added';
  aFrom: number;
  aEnd: number;
  bFrom: number;
  bEnd: number;
}

export interface ByteDiff {
  changes: readonly ByteChange[];
  /** False: they differ too much, so each byte was compared with the one at the same place. */
  aligned: boolean;
  /** Bytes of each side beyond MAX_COMPARED_BYTES, which were not compared. */
  leftOut: { a: number; b: number };
}

/**
 * What makes the second payload of the first: the fewest bytes taken out and put in (E. W. Myers, An
 * O(ND) Difference Algorithm, 1986), of several ways each byte in its place; short equal stretches within
 * changes taken for changed.
 */
export function diffBytes(wholeA: Uint8Array, wholeB: Uint8Array): ByteDiff {
  const a = wholeA.subarray(0, MAX_COMPARED_BYTES);
  const b = wholeB.subarray(0, MAX_COMPARED_BYTES);
  const leftOut = { a: wholeA.length - a.length, b: wholeB.length - b.length };
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const innerA = a.subarray(start, a.length - end);
  const innerB = b.subarray(start, b.length - end);
  const edits = equalRuns(innerA, innerB);
  const runs = edits && !isInPlace(innerA, innerB, edits) ? edits : placeByPlace(innerA, innerB);
  const moved = runs.map((run) => ({ a: run.a + start, b: run.b + start, length: run.length }));
  const all = [
    { a: 0, b: 0, length: start },
    ...moved,
    { a: a.length - end, b: b.length - end, length: end },
  ];
  const changes = changesBetween(all, a.length, b.length);
  return { changes: edits ? joined(changes) : changes, aligned: edits !== null, leftOut };
}

interface Run {
  a: number;
  b: number;
  length: number;
}

/** Messages of one length with other values in their fields: as few edits, and each in its place. */
function isInPlace(a: Uint8Array, b: Uint8Array, edits: readonly Run[]): boolean {
  return a.length === b.length && total(placeByPlace(a, b)) >= total(edits);
}

function total(runs: readonly Run[]): number {
  return runs.reduce((sum, { length }) => sum + length, 0);
}

/** The stretches that stay, in order; null: too many edits. */
function equalRuns(a: Uint8Array, b: Uint8Array): Run[] | null {
  const most = Math.min(MAX_EDITS, a.length + b.length);
  // Furthest place in `a` on each diagonal, which is told by a minus b; one array for each count.
  const reached: Int32Array[] = [];
  let before = new Int32Array([0, 0, 0]);
  for (let edits = 0; edits <= most; edits++) {
    const now = new Int32Array(2 * edits + 3);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = edits === 0 ? 0 : furthest(before, edits, diagonal);
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
      now[diagonal + edits + 1] = x;
      if (x >= a.length && x - diagonal >= b.length) {
        reached.push(now);
        return backtracked(reached, a.length, b.length);
      }
    }
    reached.push(now);
    before = now;
  }
  return null;
}

/** Where one more edit leads on a diagonal: a byte put in from above it, or taken out from below. */
function furthest(before: Int32Array, edits: number, diagonal: number): number {
  // In the array of one edit fewer, diagonal d stands at d + edits.
  const above = before[diagonal + 1 + edits] ?? 0;
  const below = before[diagonal - 1 + edits] ?? 0;
  if (diagonal === -edits || (diagonal !== edits && below < above)) return above;
  return below + 1;
}

function backtracked(reached: readonly Int32Array[], aLength: number, bLength: number): Run[] {
  const runs: Run[] = [];
  let x = aLength;
  let y = bLength;
  for (let edits = reached.length - 1; edits >= 0; edits--) {
    const diagonal = x - y;
    const from = edits === 0 ? 0 : furthest(reached[edits - 1] ?? EMPTY, edits, diagonal);
    if (x > from) runs.push({ a: from, b: from - diagonal, length: x - from });
    if (edits === 0) break;
    const put = putIn(reached[edits - 1] ?? EMPTY, edits, diagonal);
    x = put ? from : from - 1;
    y = put ? from - diagonal - 1 : from - diagonal;
  }
  return runs.reverse();
}

const EMPTY = new Int32Array(0);

function putIn(before: Int32Array, edits: number, diagonal: number): boolean {
  const above = before[diagonal + 1 + edits] ?? 0;
  const below = before[diagonal - 1 + edits] ?? 0;
  return diagonal === -edits || (diagonal !== edits && below < above);
}

function placeByPlace(a: Uint8Array, b: Uint8Array): Run[] {
  const runs: Run[] = [];
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    if (a[at] !== b[at]) continue;
    const last = runs.at(-1);
    if (last && last.a + last.length === at) last.length++;
    else runs.push({ a: at, b: at, length: 1 });
  }
  return runs;
}

function changesBetween(runs: readonly Run[], aLength: number, bLength: number): ByteChange[] {
  const changes: ByteChange[] = [];
  let aFrom = 0;
  let bFrom = 0;
  const differ = (aEnd: number, bEnd: number): void => {
    if (aEnd === aFrom && bEnd === bFrom) return;
    const kind = aEnd === aFrom ? 'added' : bEnd === bFrom ? 'removed' : 'changed';
    changes.push({ kind, aFrom, aEnd, bFrom, bEnd });
  };
  for (const run of runs) {
    if (run.length === 0) continue;
    differ(run.a, run.b);
    [aFrom, bFrom] = [run.a + run.length, run.b + run.length];
    const last = changes.at(-1);
    if (last?.kind === 'same' && last.aEnd === run.a)
      Object.assign(last, { aEnd: aFrom, bEnd: bFrom });
    else changes.push({ kind: 'same', aFrom: run.a, aEnd: aFrom, bFrom: run.b, bEnd: bFrom });
  }
  differ(aLength, bLength);
  return changes;
}

/** Bytes that are equal by chance between two changes that are longer on both sides. */
function joined(changes: readonly ByteChange[]): ByteChange[] {
  const kept: ByteChange[] = [];
  for (const [place, change] of changes.entries()) {
    const before = kept.at(-1);
    const next = changes[place + 1];
    const byChance =
      change.kind === 'same' &&
      before !== undefined &&
      next !== undefined &&
      lengthOf(change) < Math.min(lengthOf(before), lengthOf(next));
    if (before && before.kind !== 'same' && (byChance || change.kind !== 'same')) {
      Object.assign(before, { aEnd: change.aEnd, bEnd: change.bEnd });
      before.kind = kindOf(before);
    } else kept.push({ ...change });
  }
  return kept;
}

function lengthOf({ aFrom, aEnd, bFrom, bEnd }: ByteChange): number {
  return Math.max(aEnd - aFrom, bEnd - bFrom);
}

function kindOf({ aFrom, aEnd, bFrom, bEnd }: ByteChange): ByteChange['kind'] {
  return aEnd === aFrom ? 'added' : bEnd === bFrom ? 'removed' : 'changed';
}
