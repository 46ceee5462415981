import type { Filter } from './filter';

/** Whether what passes depends on the user's marks: then it changes with them. */
export function usesMarks(filter: Filter): boolean {
  switch (filter.kind) {
    case 'mark':
    case 'displayed':
    case 'note':
      return true;
    case 'all':
    case 'any':
      return filter.parts.some(usesMarks);
    case 'not':
      return usesMarks(filter.part);
    default:
      return false;
  }
}
