import type { Charset } from '../../src-shared/encoding/charset';
import { parseFilter } from '../../src-shared/filter/parse';
import { indexOfParts } from '../../src-shared/payload/pattern';

/**
 * Where bytes first hold what is searched for. Null when they do not: it goes on in the next row, or is
 * an expression, which could take for ever here.
 */
export function matchSpan(
  search: string,
  bytes: Uint8Array,
  charset?: Charset,
): { from: number; end: number } | null {
  const parsed = parseFilter(search, charset);
  if (!parsed.ok || parsed.filter.kind !== 'payload') return null;
  for (const pattern of parsed.filter.patterns) {
    if (pattern.kind !== 'bytes' || pattern.parts.length !== 1) continue;
    const from = indexOfParts(bytes, pattern.parts, 0);
    if (from !== -1) return { from, end: from + (pattern.parts[0]?.values.length ?? 0) };
  }
  return null;
}
