import type { Definition } from '../../src-shared/contract/definition';
import { decoderName } from '../../src-shared/decode/names';
import { decodersIn, definitionsFor } from '../../src-shared/filter/decoded-field';
import type { FilterError } from '../../src-shared/filter/filter';
import { parseFilter } from '../../src-shared/filter/parse';
import { filtersIn } from '../../src-shared/statistics/pairing-rule';
import type { Preparing } from './engine-client';

/** Gives commands the definitions of the decoders that their filters name; most need none. */
export function withDefinitions(all: () => readonly Definition[]): Preparing {
  return {
    openView: (params) => {
      const definitions = named(all(), [params.shape?.filter]);
      return definitions.length === 0
        ? params
        : { ...params, shape: { ...params.shape, definitions } };
    },
    search: (params) => adding(params, named(all(), [params.search])),
    openStatistics: (params) => adding(params, named(all(), filtersIn(params.options.pairing))),
    highlight: (params) => adding(params, named(all(), params.expressions)),
  };
}

function adding<Params>(params: Params, definitions: Definition[]): Params {
  return definitions.length === 0 ? params : { ...params, definitions };
}

/** Of these definitions, those that filters name. */
export function named(
  all: readonly Definition[],
  filters: readonly (string | null | undefined)[],
): Definition[] {
  if (all.length === 0) return [];
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
