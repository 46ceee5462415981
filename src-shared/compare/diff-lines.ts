import type { ByteChange, ByteDiff } from './byte-diff';

/** A place of one side, and what is there; none where the other side has more. */
export interface DiffCell {
  /** Null: nothing. */
  byte: number | null;
  kind: ByteChange['kind'];
}

/** So many bytes of both sides under each other. */
export interface DiffLine {
  /** Offset of the first byte of each side that is on it or behind it. */
  aOffset: number;
  bOffset: number;
  a: readonly DiffCell[];
  b: readonly DiffCell[];
  differs: boolean;
}

/** How many stretches differ, and how many bytes of each kind. */
export interface DiffCounts {
  differences: number;
  changed: number;
  removed: number;
  added: number;
}

/** Both sides in lines of so many places: what belongs together stands at the same place. */
export function diffLines(
  a: Uint8Array,
  b: Uint8Array,
  { changes }: ByteDiff,
  perLine: number,
): DiffLine[] {
  const lines: DiffLine[] = [];
  let line: { a: DiffCell[]; b: DiffCell[]; aOffset: number; bOffset: number } | null = null;
  const close = (): void => {
    if (line === null) return;
    lines.push({ ...line, differs: line.a.some(({ kind }) => kind !== 'same') });
    line = null;
  };
  for (const { kind, aFrom, aEnd, bFrom, bEnd } of changes) {
    const places = Math.max(aEnd - aFrom, bEnd - bFrom);
    for (let at = 0; at < places; at++) {
      const inA = aFrom + at < aEnd;
      const inB = bFrom + at < bEnd;
      line ??= {
        ...{ a: [], b: [] },
        aOffset: Math.min(aFrom + at, aEnd),
        bOffset: Math.min(bFrom + at, bEnd),
      };
      // The longer side of a changed stretch ends in bytes that only it has.
      const only = kind === 'changed' && !(inA && inB) ? (inA ? 'removed' : 'added') : kind;
      line.a.push({ byte: inA ? (a[aFrom + at] ?? null) : null, kind: only });
      line.b.push({ byte: inB ? (b[bFrom + at] ?? null) : null, kind: only });
      if (line.a.length === perLine) close();
    }
  }
  close();
  return lines;
}

export function diffCounts({ changes }: ByteDiff): DiffCounts {
  const counts = { differences: 0, changed: 0, removed: 0, added: 0 };
  for (const { kind, aFrom, aEnd, bFrom, bEnd } of changes) {
    if (kind === 'same') continue;
    const both = Math.min(aEnd - aFrom, bEnd - bFrom);
    counts.differences++;
    counts.changed += both;
    counts.removed += aEnd - aFrom - both;
    counts.added += bEnd - bFrom - both;
  }
  return counts;
}

/** Signs stand beside the colours: `=` `~` `-` `+`. */
export const DIFF_SIGNS = { same: ' ', changed: '~', removed: '-', added: '+' } as const;

/** Lines of text: offset, hex and characters of each side where they differ, once where not. */
export function diffText(lines: readonly DiffLine[]): string {
  return lines
    .map((line) => {
      if (!line.differs) return `  ${sideText(line.aOffset, line.a)}`;
      const marks = line.a.map(({ kind }) => ` ${DIFF_SIGNS[kind]} `).join('');
      const under = `  ${' '.repeat(10)}${marks}`.trimEnd();
      return [
        `- ${sideText(line.aOffset, line.a)}`,
        `+ ${sideText(line.bOffset, line.b)}`,
        under,
      ].join('\n');
    })
    .join('\n');
}

function sideText(offset: number, cells: readonly DiffCell[]): string {
  const hex = cells.map(({ byte }) => (byte === null ? '  ' : hexOf(byte))).join(' ');
  const text = cells.map(({ byte }) => (byte === null ? ' ' : characterOf(byte))).join('');
  return `${offset.toString(16).padStart(8, '0')}  ${hex}  |${text}|`;
}

export function hexOf(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

export function characterOf(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
}
