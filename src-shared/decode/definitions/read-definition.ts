import type { z } from 'zod';
import { definition, DEFINITION_VERSION } from '../../contract/definition';
import type { Definition } from '../../contract/definition';
import type { DefinitionFault } from '../../contract/definition-words';
import { definitionFault, schemaFault } from '../../contract/definition-words';
import { readJson } from './json-places';
import type { TextPlace } from './json-places';
import type { Misfit } from './layout-check';
import { layoutMisfits } from './layout-check';

/** What is wrong with the text of a definition, and where; for the user. */
export type DefinitionProblem = TextPlace & DefinitionFault;

export type ReadDefinition =
  | { ok: true; definition: Definition }
  | {
      ok: false;
      /** A later version wrote it: it is not damaged. */
      newer: boolean;
      problems: readonly DefinitionProblem[];
    };

/** Keys in the order of the contract, two spaces: a small change is a small difference. */
export function formatDefinition(of: Definition): string {
  return `${JSON.stringify(definition.parse(of), null, 2)}\n`;
}

/** Understands a definition, all of it or nothing. `.proto` texts are looked at when they are used. */
export function readDefinition(text: string): ReadDefinition {
  const json = readJson(text);
  if (!json.ok) return failed([{ ...json.fault, ...json.place }]);
  const { value, placeOf } = json;
  if (isNewer(value))
    return failed([{ ...definitionFault('newer'), ...placeOf(['version']) }], true);
  const parsed = definition.safeParse(value);
  if (!parsed.success)
    return failed(
      parsed.error.issues
        .flatMap((issue) => misfitsOf(issue))
        .map(({ path, fault }) => ({ ...fault, ...placeOf(path) })),
    );
  const misfits = parsed.data.kind === 'layout' ? layoutMisfits(parsed.data) : [];
  if (misfits.length === 0) return { ok: true, definition: parsed.data };
  return failed(misfits.map(({ path, fault }) => ({ ...fault, ...placeOf(path) })));
}

function failed(problems: readonly DefinitionProblem[], newer = false): ReadDefinition {
  return { ok: false, newer, problems };
}

function isNewer(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('version' in value)) return false;
  return typeof value.version === 'number' && value.version > DEFINITION_VERSION;
}

/** Unknown keys are told each at its place. */
function misfitsOf(issue: z.core.$ZodIssue): Misfit[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      fault: definitionFault('unknown-key', { found: key }),
    }));
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    const key = String(issue.path.at(-1) ?? '');
    return [
      {
        path: issue.path,
        fault: definitionFault('missing', { found: key, expected: issue.message }),
      },
    ];
  }
  return [{ path: issue.path, fault: schemaFault(issue.message) }];
}
