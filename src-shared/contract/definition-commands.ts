import { z } from 'zod';
import { definition, definitionName } from './definition';
import type { DefinitionCode } from './definition-words';
import { isCode } from './definition-words';

const nothing = z.object({});

/** A file of the user's that could not be read as it is. */
export const fileProblem = z.object({
  file: z.string(),
  /** Where the damaged file was set aside; null: left where it is (a newer version's, read-only). */
  movedTo: z.string().nullable(),
  message: z.string(),
});

/** Why a text is no definition, for a window that says it in its own language. */
const definitionReason = z.object({
  code: z.custom<DefinitionCode>((code) => typeof code === 'string' && isCode(code)),
  values: z.object({
    found: z.string().optional(),
    most: z.string().optional(),
    expected: z.string().optional(),
  }),
  /** Where, from 1; null: of the file as a whole. */
  place: z.object({ line: z.int(), column: z.int() }).nullable(),
});
export type DefinitionReason = z.infer<typeof definitionReason>;

/** `reason` is not there when the system refused. */
const definitionProblem = fileProblem.extend({ reason: definitionReason.optional() });
export type DefinitionFileProblem = z.infer<typeof definitionProblem>;

/** Field layouts and `.proto` files, which main keeps. */
export const definitionCommands = {
  definitions: {
    params: nothing,
    result: z.object({ definitions: z.array(definition), problems: z.array(definitionProblem) }),
  },
  /**
   * Makes it, or replaces that of the same name; with `replaces` also the one it was called before.
   * Rejected with `EEXIST` when another has its name.
   */
  saveDefinition: {
    params: z.object({ definition, replaces: definitionName.nullable() }),
    result: nothing,
  },
  deleteDefinition: { params: z.object({ name: definitionName }), result: nothing },
  /** Asks for files, `.proto` among them. Names that exist already get new ones. */
  importDefinitions: {
    params: nothing,
    result: z.object({
      imported: z.array(definition),
      problems: z.array(definitionProblem.omit({ movedTo: true })),
    }),
  },
  /** Asks where to. `path` null: cancelled. */
  exportDefinition: {
    params: z.object({ name: definitionName }),
    result: z.object({ path: z.string().nullable() }),
  },
} as const;
