import type { Comparison } from './filter';

export function compare(found: number, op: Comparison, value: number): boolean {
  switch (op) {
    case '=':
      return found === value;
    case '!=':
      return found !== value;
    case '<':
      return found < value;
    case '<=':
      return found <= value;
    case '>':
      return found > value;
    case '>=':
      return found >= value;
    default:
      return op satisfies never;
  }
}
