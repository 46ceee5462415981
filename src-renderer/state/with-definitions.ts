import type { Definition } from '../../src-shared/contract/definition';
import { engineCommands, type EngineCommandName } from '../../src-shared/contract/engine';
import { decoderName } from '../../src-shared/decode/names';
import { decodersIn, definitionsFor } from '../../src-shared/filter/decoded-field';
import type { FilterError } from '../../src-shared/filter/filter';
import { parseFilter } from '../../src-shared/filter/parse';
import { filtersIn } from '../../src-shared/statistics/pairing-rule';

/** A command with the definitions of the decoders that its filters name; most need none. */
export function withDefinitions(
  all: readonly Definition[],
  name: EngineCommandName,
  params: unknown,
): unknown {
  if (all.length === 0) return params;
  if (name === 'openView') {
    const asked = engineCommands.openView.params.safeParse(params);
    const definitions = asked.success ? named(all, [asked.data.shape?.filter]) : [];
    if (!asked.success || definitions.length === 0) return params;
    return { ...asked.data, shape: { ...asked.data.shape, definitions } };
  }
  if (name === 'search') {
    const asked = engineCommands.search.params.safeParse(params);
    const definitions = asked.success ? named(all, [asked.data.search]) : [];
    return asked.success && definitions.length > 0 ? { ...asked.data, definitions } : params;
  }
  if (name === 'openStatistics') {
    const asked = engineCommands.openStatistics.params.safeParse(params);
    const filters = asked.success ? filtersIn(asked.data.options.pairing) : [];
    const definitions = named(all, filters);
    return asked.success && definitions.length > 0 ? { ...asked.data, definitions } : params;
  }
  if (name !== 'highlight') return params;
  const asked = engineCommands.highlight.params.safeParse(params);
  const definitions = asked.success ? named(all, asked.data.expressions) : [];
  return asked.success && definitions.length > 0 ? { ...asked.data, definitions } : params;
}

/** Of these definitions, those that filters name. */
export function named(
  all: readonly Definition[],
  filters: readonly (string | null | undefined)[],
): Definition[] {
  const understood = filters.flatMap((text) => {
    const parsed = text === null || text === undefined ? null : parseFilter(text);
    return parsed?.ok === true ? [parsed.filter] : [];
  });
  return definitionsFor(understood, all);
}

/** What is wrong with a filter that is understood: a decoder that is not here, by its place. */
export function unknownDecoder(
  text: string,
  described: readonly string[] | null,
): FilterError | null {
  const parsed = described === null ? null : parseFilter(text);
  const names = parsed?.ok === true ? decodersIn(parsed.filter) : [];
  const unknown = names.find((name) => decoderName(name) === null && !described?.includes(name));
  if (unknown === undefined) return null;
  const term = `decode.${unknown}`;
  const at = Math.max(0, text.indexOf(term));
  const example = 'decode.modbus.function_code==3';
  const message = `There is no decoder “${unknown}”. Example: ${example}`;
  const values = { found: unknown, example };
  return { code: 'unknown-decoder', message, at, length: term.length, values };
}
