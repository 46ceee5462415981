import type { Amount, Condition, LayoutField, WholeField } from '../../contract/layout';
import type { Layout } from '../../contract/definition';
import type {
  DefinitionCode,
  DefinitionFault,
  DefinitionValues,
} from '../../contract/definition-words';
import { definitionFault } from '../../contract/definition-words';
import { encodingName } from '../../encoding/names';
import { findChecksum } from '../../payload/checksum';

/** Something in a definition that makes no sense, and where in it. */
export interface Misfit {
  path: readonly PropertyKey[];
  fault: DefinitionFault;
}

/** Fields of all groups together, and groups in each other. */
const MAX_FIELDS = 500;
const MAX_GROUPS = 8;

/** What a schema cannot say: references to what came before, models that exist, bits that fit. */
export function layoutMisfits(layout: Layout): Misfit[] {
  const check = new LayoutCheck();
  check.fields(layout.fields, ['fields'], null);
  if (layout.label !== undefined) check.label(layout.label);
  return check.found;
}

/** The names at one level, and those around it. */
interface Scope {
  numbers: Set<string>;
  places: Set<string>;
  outer: Scope | null;
  depth: number;
}

class LayoutCheck {
  readonly found: Misfit[] = [];
  readonly #all = new Set<string>();
  #count = 0;

  fields(fields: readonly LayoutField[], path: readonly PropertyKey[], outer: Scope | null): void {
    const depth = (outer?.depth ?? 0) + 1;
    const scope: Scope = { numbers: new Set(), places: new Set(), outer, depth };
    if (depth > MAX_GROUPS) {
      this.#say(path, 'deep-groups', { most: String(MAX_GROUPS) });
      return;
    }
    const names = new Set(fields.map(({ name }) => name));
    for (const [n, field] of fields.entries()) {
      const at = [...path, n];
      this.#count++;
      if (this.#count === MAX_FIELDS + 1)
        this.#say(at, 'many-fields', { most: String(MAX_FIELDS) });
      if (field.name === 'rest') this.#say([...at, 'name'], 'rest-name');
      if (scope.places.has(field.name))
        this.#say([...at, 'name'], 'name-twice', { found: field.name });
      this.#field(field, at, scope, names);
      scope.places.add(field.name);
      this.#all.add(field.name);
    }
  }

  label(text: string): void {
    for (const [, name = ''] of text.matchAll(/\{([^{}]*)\}/g))
      if (!this.#all.has(name)) this.#say(['label'], 'no-field', { found: name });
  }

  #field(
    field: LayoutField,
    at: readonly PropertyKey[],
    scope: Scope,
    siblings: ReadonlySet<string>,
  ): void {
    if (field.when) this.#condition(field.when, [...at, 'when'], scope);
    if ('count' in field && field.count !== undefined)
      this.#amount(field.count, [...at, 'count'], scope);
    switch (field.type) {
      case 'text':
        if (field.encoding !== undefined && encodingName(field.encoding) === null)
          this.#say([...at, 'encoding'], 'no-encoding', { found: field.encoding });
        if (field.length !== undefined) this.#amount(field.length, [...at, 'length'], scope);
        return;
      case 'bytes':
        this.#amount(field.length, [...at, 'length'], scope);
        return;
      case 'group':
        if (field.length !== undefined) this.#amount(field.length, [...at, 'length'], scope);
        this.fields(field.fields, [...at, 'fields'], scope);
        return;
      case 'checksum':
        if (!findChecksum(field.model))
          this.#say([...at, 'model'], 'no-checksum', { found: field.model });
        for (const end of ['from', 'to'] as const) {
          const name = field[end];
          if (name !== undefined && !siblings.has(name) && !known(scope, name, 'places'))
            this.#say([...at, end], 'no-field-here', { found: name });
        }
        return;
      case 'f32':
      case 'f64':
        return;
      case 'u8':
      case 'u16':
      case 'u24':
      case 'u32':
      case 'u64':
      case 'i8':
      case 'i16':
      case 'i24':
      case 'i32':
      case 'i64':
        this.#whole(field, at, scope);
        return;
      default:
        field satisfies never;
    }
  }

  #whole(field: WholeField, at: readonly PropertyKey[], scope: Scope): void {
    const width = widthBits(field.type);
    for (const [n, { name, at: place }] of (field.bits ?? []).entries()) {
      const [low, high] = bitRange(place);
      if (low > high || high >= width)
        this.#say([...at, 'bits', n, 'at'], 'bits-range', {
          found: field.type,
          most: String(width - 1),
        });
      scope.numbers.add(name);
      this.#all.add(name);
    }
    scope.numbers.add(field.name);
  }

  #condition({ field }: Condition, at: readonly PropertyKey[], scope: Scope): void {
    if (field !== undefined) this.#number(field, [...at, 'field'], scope);
  }

  #amount(amount: Amount, at: readonly PropertyKey[], scope: Scope): void {
    if (typeof amount === 'string' && amount !== 'rest') this.#number(amount, at, scope);
    if (typeof amount === 'object' && 'field' in amount)
      this.#number(amount.field, [...at, 'field'], scope);
  }

  #number(name: string, at: readonly PropertyKey[], scope: Scope): void {
    if (!known(scope, name, 'numbers')) this.#say(at, 'no-number', { found: name });
  }

  #say(path: readonly PropertyKey[], code: DefinitionCode, values: DefinitionValues = {}): void {
    if (this.found.length < 50) this.found.push({ path, fault: definitionFault(code, values) });
  }
}

function known(scope: Scope | null, name: string, what: 'numbers' | 'places'): boolean {
  for (let at = scope; at !== null; at = at.outer) if (at[what].has(name)) return true;
  return false;
}

export function widthBits(type: WholeField['type']): number {
  return Number(type.slice(1));
}

/** The lowest and the highest bit of `3` or `4..7`. */
export function bitRange(at: string): [number, number] {
  const [low = '0', high = low] = at.split('..');
  return [Number(low), Number(high)];
}
