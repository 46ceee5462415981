import type { Grammar, Head } from './nested';
import { head } from './nested';

const COUNTS: readonly Head['counts'][] = [
  'nothing',
  'nothing',
  'bytes',
  'bytes',
  'items',
  'pairs',
  'tag',
  'nothing',
];

/** RFC 8949 §3: three bits of kind, five that are the number or say how many bytes of it follow. */
function cborHead(byte: number): Head | null {
  const kind = byte >> 5;
  const low = byte & 31;
  const counts = COUNTS[kind] ?? 'nothing';
  if (low === 31) return openHead(kind);
  if (low > 27) return null;
  const width = low < 24 ? 0 : 2 ** (low - 24);
  return { ...head(counts, width, low < 24 ? low : 0), kind };
}

function openHead(kind: number): Head | null {
  const base = { ...head('nothing', 0), kind };
  if (kind === 2 || kind === 3) return { ...base, open: 'pieces' };
  if (kind === 4 || kind === 5) return { ...base, open: 'items' };
  return kind === 7 ? { ...base, isBreak: true } : null;
}

export const CBOR: Grammar = Array.from({ length: 256 }, (_, byte) => cborHead(byte));
