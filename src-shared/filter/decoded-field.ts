import type { Definition } from '../contract/definition';
import type { Decoders } from '../decode/decoders';
import { decoderName } from '../decode/names';
import { parsePattern } from '../payload/pattern';
import type { DecodedTerm, Filter } from './filter';
import type { Token } from './lexer';

/** `decode.modbus.func` of `decode.modbus.func==3`: the decoder, then keys from the outermost in. */
const NAMED = /^decode\.([^.]+)\.(.+)$/;
/** Only the decoder: a field is missing. */
const NO_FIELD = /^decode\.([^.]+)\.?$/i;

/** As people write numbers: 3, -1.5, 0x1F. */
const NUMBER = /^(-?\d+(\.\d+)?(e[+-]?\d+)?|0x[0-9a-f]+)$/i;

/** Whether a word of a filter is about a decoded field. */
export function isDecoded({ field, quoted, text }: Token): boolean {
  if (field !== null) return field.startsWith('decode.');
  // `decode.dns` as a text to look for would be found nowhere, and nobody told why.
  const alone = decoderName(NO_FIELD.exec(text)?.[1]?.toLowerCase() ?? '');
  return !quoted && (NAMED.test(text) || alone !== null);
}

/** What a term says of a decoded field; null: it is not understood. */
export function decodedTerm({ field, text, operator, value, quoted }: Token): DecodedTerm | null {
  const named = NAMED.exec(field ?? text);
  const [, name = '', keys = ''] = named ?? [];
  const path = keys.toLowerCase().split('.');
  if (!named || path.includes('')) return null;
  const term = { kind: 'decoded' as const, name, path, decoder: null };
  if (field === null) return { ...term, test: { is: 'there' } };
  if (operator === '~') {
    const parsed = quoted ? null : parsePattern(value);
    if (parsed?.ok !== true || parsed.pattern.kind !== 'regex') return null;
    const { source, flags } = parsed.pattern;
    return { ...term, test: { is: 'like', source, flags } };
  }
  if (value === '' && !quoted) return null;
  const number = !quoted && NUMBER.test(value) ? Number(value) : null;
  if (operator === '<' || operator === '<=' || operator === '>' || operator === '>=')
    return number === null ? null : { ...term, test: { is: 'compared', op: operator, number } };
  const is = operator === '!=' ? 'other' : 'equal';
  return { ...term, test: { is, number, text: value.toLowerCase() } };
}

/** The names of the decoders that a filter looks into, each once. */
export function decodersIn(filter: Filter): string[] {
  const found = new Set<string>();
  const walk = (part: Filter): void => {
    if (part.kind === 'decoded') found.add(part.name);
    else if (part.kind === 'not') walk(part.part);
    else if (part.kind === 'all' || part.kind === 'any') part.parts.forEach(walk);
  };
  walk(filter);
  return [...found];
}

/** Of these definitions, those that filters name: what has to travel with them. */
export function definitionsFor(
  filters: readonly Filter[],
  definitions: readonly Definition[],
): Definition[] {
  const names = new Set(filters.flatMap(decodersIn));
  return definitions.filter(({ name }) => names.has(name) && decoderName(name) === null);
}

/** The filter with its decoders, ready to be tested. Throws when one of them cannot be had. */
export function withDecoders(filter: Filter, decoders: Decoders): Filter {
  if (filter.kind === 'decoded') {
    const decoder = decoders.named(filter.name);
    if ('problem' in decoder) throw new Error(decoder.problem);
    return { ...filter, decoder };
  }
  if (filter.kind === 'not') return { kind: 'not', part: withDecoders(filter.part, decoders) };
  if (filter.kind !== 'all' && filter.kind !== 'any') return filter;
  return { ...filter, parts: filter.parts.map((part) => withDecoders(part, decoders)) };
}
