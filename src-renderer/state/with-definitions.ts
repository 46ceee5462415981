import type { Definition } from '../../src-shared/contract/definition';
import { engineCommands, type EngineCommandName } from '../../src-shared/contract/engine';
import { definitionsFor } from '../../src-shared/filter/decoded-field';
import { parseFilter } from '../../src-shared/filter/parse';

/** A command with the definitions of the decoders that its filters name; most need none. */
export function withDefinitions(
  all: readonly Definition[],
  name: EngineCommandName,
  params: unknown,
): unknown {
  if (all.length === 0) return params;
  switch (name) {
    case 'openView': {
      const asked = engineCommands.openView.params.safeParse(params);
      const definitions = asked.success ? named(all, [asked.data.shape?.filter]) : [];
      if (!asked.success || definitions.length === 0) return params;
      return { ...asked.data, shape: { ...asked.data.shape, definitions } };
    }
    case 'search': {
      const asked = engineCommands.search.params.safeParse(params);
      const definitions = asked.success ? named(all, [asked.data.search]) : [];
      return asked.success && definitions.length > 0 ? { ...asked.data, definitions } : params;
    }
    case 'highlight': {
      const asked = engineCommands.highlight.params.safeParse(params);
      const definitions = asked.success ? named(all, asked.data.expressions) : [];
      return asked.success && definitions.length > 0 ? { ...asked.data, definitions } : params;
    }
    default:
      return params;
  }
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
