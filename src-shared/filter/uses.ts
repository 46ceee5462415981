import type { Filter } from './filter';

/** Whether what passes depends on the user's marks: then it changes with them. */
export function usesMarks(filter: Filter): boolean {
  if (filter.kind === 'all' || filter.kind === 'any') return filter.parts.some(usesMarks);
  if (filter.kind === 'not') return usesMarks(filter.part);
  return filter.kind === 'mark' || filter.kind === 'note';
}
