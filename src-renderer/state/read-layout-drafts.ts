import { z } from 'zod';
import { definition } from '../../src-shared/contract/definition';
import type { KeptDraft } from './layout-draft.svelte';
import { readList } from './read-list';

/* Loaded when something was kept: the first frame has no schemas with it. */

const draft = z.object({
  // What it was begun from goes when this version cannot read it; what is written stays.
  of: definition.nullable().catch(null),
  replaces: z.string().nullable(),
  written: z.object({
    name: z.string(),
    about: z.string(),
    label: z.string(),
    endian: z.enum(['big', 'little']),
    text: z.string(),
    message: z.string(),
  }),
});

/** What was written in the editor of field layouts; what another version wrote otherwise is left out. */
export function readLayoutDrafts(text: string): KeptDraft[] {
  return readList(text, draft);
}
