import type { Layout } from '../../contract/definition';
import type { Field } from '../decoded';

/** Without a template, so many values are told. */
const TOLD_FIELDS = 4;

/** What a row says: the layout's template with the values in it, and what is wrong with the frame. */
export function layoutLabel(
  { label }: Pick<Layout, 'label'>,
  found: readonly Field[],
  marks: ReadonlySet<string>,
): string {
  const text =
    label === undefined
      ? told(found).join(', ')
      : label.replaceAll(/\{([^{}]*)\}/g, (_all, name: string) => named(found, name)?.value ?? '—');
  // First what is wrong: a row that is cut must not look right.
  return [...marks, text].filter((part) => part !== '').join(' · ');
}

function told(found: readonly Field[]): string[] {
  return found.slice(0, TOLD_FIELDS).map(({ name, value }) => `${name} ${value}`);
}

/** The first field of that name, outer ones before inner ones. */
function named(found: readonly Field[], name: string): Field | null {
  const here = found.find((field) => field.name === name);
  if (here) return here;
  for (const { children } of found) {
    const inner = named(children, name);
    if (inner) return inner;
  }
  return null;
}
