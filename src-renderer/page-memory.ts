import { z } from 'zod';
import './state/zod-jitless';
import { type KeptDesk, readDesks, writeDesks } from './state/kept-desks';
import { usualLayout, type Layout } from './state/shell.svelte';

/*
 * What this page remembers from one run to the next and no other process needs: sizes of panes, and
 * which left-over captures were pointed out already.
 */
const KEY = 'wirebench.page';
const DESKS = 'wirebench.desks';

const size = (usual: number) => z.number().min(80).max(4000).catch(usual).default(usual);

const memory = z.object({
  layout: z
    .object({
      sidebarWidth: size(usualLayout.sidebarWidth),
      inspectorWidth: size(usualLayout.inspectorWidth),
      inspectorHeight: size(usualLayout.inspectorHeight),
      composerHeight: size(usualLayout.composerHeight),
    })
    .catch(usualLayout)
    .default(usualLayout),
  composerOpen: z.boolean().catch(true).default(true),
  toldCaptures: z.array(z.string()).catch([]).default([]),
});

export interface PageMemory {
  layout: Layout;
  composerOpen: boolean;
  /** Names of captures left over by a crash that the user has been told of. */
  toldCaptures: string[];
}

export function readMemory(storage: Storage): PageMemory {
  try {
    return memory.parse(JSON.parse(storage.getItem(KEY) ?? '{}'));
  } catch {
    // Written by another version or damaged: it holds nothing that cannot be set again.
    return memory.parse({});
  }
}

export function writeMemory(storage: Storage, value: PageMemory): void {
  try {
    storage.setItem(KEY, JSON.stringify(value));
  } catch (error) {
    console.error('[page] the layout could not be kept:', error);
  }
}

/** What was being written on open sockets before this page was loaded anew. */
export function recallDesks(storage: Storage): KeptDesk[] {
  return readDesks(storage.getItem(DESKS) ?? '[]');
}

export function keepDesks(storage: Storage, desks: readonly KeptDesk[]): void {
  try {
    storage.setItem(DESKS, writeDesks(desks));
  } catch {
    // More than the page may keep: what is being written goes first, then how logs are shown.
    const lean = desks.map((desk) => ({ ...desk, history: [] }));
    try {
      storage.setItem(DESKS, writeDesks(lean));
    } catch (error) {
      console.error('[page] drafts could not be kept:', error);
    }
  }
}
