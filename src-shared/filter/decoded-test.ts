import type { Decoded, Field } from '../decode/decoded';
import { keyOf } from '../decode/decoded';
import type { RegexTest } from '../payload/pattern';
import { compare } from './compare';
import type { DecodedTerm } from './filter';

/** Whether one of the messages of a row has a field as the term says. */
export function decodedTest(
  { path, test }: DecodedTerm,
  regexTest: RegexTest,
): (messages: readonly Decoded[]) => boolean {
  const passes = (field: Field): boolean => {
    switch (test.is) {
      case 'there':
        return true;
      case 'like':
        return regexTest(test.source, `${test.flags}g`, field.value, 0);
      case 'compared':
        return field.number !== undefined && compare(field.number, test.op, test.number);
      case 'equal':
      case 'other':
        return equals(field, test);
      default:
        return test satisfies never;
    }
  };
  return (messages) => {
    let there = false;
    const passed = messages.some(({ fields }) =>
      each(fields, path, 0, (field) => {
        there = true;
        return passes(field);
      }),
    );
    // Another value: the field is there, and none of that name has this one.
    return test.is === 'other' ? there && !passed : passed;
  };
}

/** Fields by their keys, at whatever depth below each other; `visit` says when to stop. */
function each(
  fields: readonly Field[],
  path: readonly string[],
  at: number,
  visit: (field: Field) => boolean,
): boolean {
  for (const field of fields) {
    // A short key may stand for a long name, and both are understood.
    const matches = field.key === path[at] || keyOf({ name: field.name }) === path[at];
    if (matches && at === path.length - 1 && visit(field)) return true;
    if (each(field.children, path, matches ? Math.min(at + 1, path.length - 1) : at, visit))
      return true;
  }
  return false;
}

/** By its number where both are numbers; else by its text, for `read (3)` also by `read`. */
function equals(field: Field, { number, text }: { number: number | null; text: string }): boolean {
  if (number !== null && field.number !== undefined) return field.number === number;
  const value = field.value.toLowerCase();
  return value === text || (value.startsWith(text) && value.slice(text.length).startsWith(' ('));
}
