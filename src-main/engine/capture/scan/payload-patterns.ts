import type { Filter } from '../../../../src-shared/filter/filter';
import type { Pattern } from '../../../../src-shared/payload/pattern';

/** The patterns of a search for any of some payloads; null: it is about more than those. */
export function patternsOf(search: Filter): readonly Pattern[] | null {
  if (search.kind === 'payload') return search.patterns;
  if (search.kind !== 'any') return null;
  const parts = search.parts.map(patternsOf).filter((patterns) => patterns !== null);
  return parts.length === search.parts.length ? parts.flat() : null;
}
