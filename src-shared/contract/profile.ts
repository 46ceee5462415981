import { z } from 'zod';
import { MAX_ADDRESS_LENGTH } from '../address/kinds';
import { VARIABLE_NAME } from '../payload/payload-template';
import { highlightRule } from './highlight';
import { MAX_HIGHLIGHTS } from './highlight-words';
import { MAX_FOLDER_CHARS, MAX_FOLDERS, PROFILE_VERSION } from './profile-words';
import { ruleSet } from './rules';

/**
 * Which answer belongs to which request, in the grammar of `statistics/pairing-rule.ts`. Plain text: what
 * only a later version knows is told where it is used.
 */
const savedPairing = z.strictObject({
  /** `next`, `bytes:0..2` or `REQUEST => RESPONSE`. */
  rule: z.string().min(1).max(8200),
  /** Whose messages ask; left out: of who dialled. */
  asks: z.string().min(1).max(64).optional(),
  /** Ms; left out: as usual. */
  timeoutMs: z.int().min(1).max(86_400_000).optional(),
});
export type SavedPairing = z.infer<typeof savedPairing>;

const variableName = z.string().regex(VARIABLE_NAME);

/** What the composer held when the profile was saved. */
const draft = z.object({
  mode: z.enum(['hex', 'text']),
  text: z.string().max(1_000_000),
  lineEnding: z.enum(['none', 'cr', 'lf', 'crlf', 'nul', 'dot']),
  escapes: z.boolean(),
  /** Of text; left out: UTF-8. A name that only a later version knows is told where it is used. */
  encoding: z.string().min(1).max(64).optional(),
  /** What `{{var NAME}}` stands for, by name. */
  variables: z.record(variableName, z.string().max(10_000)).optional(),
});
export type Draft = z.infer<typeof draft>;

/** A payload kept under a name, to be put into the composer. */
const namedPayload = z.strictObject({
  name: z.string().trim().min(1).max(200),
  draft,
  /** What it does, in the language of whoever wrote it. */
  about: z.string().max(1000).optional(),
});
export type NamedPayload = z.infer<typeof namedPayload>;

/** A saved socket. Holds no secrets: what needs one refers to it by name. */
export const profile = z.strictObject({
  $schema: z.string().max(300).optional(),
  version: z.literal(PROFILE_VERSION),
  id: z.uuid(),
  name: z.string().trim().min(1).max(200),
  /** Folder names from the outermost in; empty for the top. */
  folder: z.array(z.string().trim().min(1).max(MAX_FOLDER_CHARS)).max(MAX_FOLDERS),
  /** In the address grammar, options included. */
  address: z.string().min(1).max(MAX_ADDRESS_LENGTH),
  draft: draft.optional(),
  /**
   * How the log cuts what passed into rows, in the grammar of framings, and which decoder reads them.
   * Plain text: a name that only a later version knows must not make the whole file unreadable.
   */
  framing: z.string().min(1).max(200).optional(),
  decoder: z.string().min(1).max(64).optional(),
  /** How the log shows text; left out: as UTF-8. */
  encoding: z.string().min(1).max(64).optional(),
  /** Payloads of this profile, in the order in which they are offered. */
  payloads: z.array(namedPayload).max(200).optional(),
  /** How answer times of its log are measured; left out: not at all. */
  pairing: savedPairing.optional(),
  /** What stands out in its log, the first that a row passes before the others. */
  highlights: z.array(highlightRule).max(MAX_HIGHLIGHTS).optional(),
  /** What it answers by itself; left out: nothing. */
  rules: ruleSet.optional(),
  notes: z.string().max(10_000).optional(),
});
export type Profile = z.infer<typeof profile>;
