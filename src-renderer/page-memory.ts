import { type KeptDesk, writeDesks } from './state/kept-desks';
import type { KeptDraft } from './state/layout-draft.svelte';
import { usualLayout, type Layout } from './state/shell.svelte';

/*
 * What this page remembers from one run to the next and no other process needs: sizes of panes, and
 * which left-over captures were pointed out already.
 */
const KEY = 'wirebench.page';
const DESKS = 'wirebench.desks';
const NO_DESKS = writeDesks([]);
const LAYOUT_DRAFTS = 'wirebench.layout-drafts';
const NO_DRAFTS = '[]';

/** Sizes that a pane can have, px. */
const LEAST_PX = 80;
const MOST_PX = 4000;

export interface PageMemory {
  layout: Layout;
  composerOpen: boolean;
  /** Names of captures left over by a crash that the user has been told of. */
  toldCaptures: string[];
}

/** What cannot be used is as usual: it holds nothing that cannot be set again. */
export function readMemory(storage: Pick<Storage, 'getItem'>): PageMemory {
  const { layout, composerOpen, toldCaptures } = recordOf(parsed(storage.getItem(KEY)));
  const sizes = recordOf(layout);
  const size = (pane: keyof Layout): number => {
    const px = sizes[pane];
    return typeof px === 'number' && px >= LEAST_PX && px <= MOST_PX ? px : usualLayout[pane];
  };
  return {
    layout: {
      sidebarWidth: size('sidebarWidth'),
      inspectorWidth: size('inspectorWidth'),
      inspectorHeight: size('inspectorHeight'),
      composerHeight: size('composerHeight'),
    },
    composerOpen: composerOpen !== false,
    toldCaptures: Array.isArray(toldCaptures)
      ? toldCaptures.filter((name) => typeof name === 'string')
      : [],
  };
}

/** Written by another version or damaged: as if there were nothing. */
function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '{}');
  } catch {
    return null;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export function writeMemory(storage: Storage, value: PageMemory): void {
  try {
    storage.setItem(KEY, JSON.stringify(value));
  } catch (error) {
    console.error('[page] the layout could not be kept:', error);
  }
}

/** What was being written on open sockets before this page was loaded anew. */
export async function recallDesks(storage: Storage): Promise<KeptDesk[]> {
  const kept = storage.getItem(DESKS) ?? NO_DESKS;
  // A window that is new, or had nothing open, does not wait for what reads them.
  if (kept === NO_DESKS) return [];
  const { readDesks } = await import('./state/read-desks');
  return readDesks(kept);
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

/** What was being written in the editor of field layouts before this page was loaded anew. */
export async function recallLayoutDrafts(storage: Storage): Promise<KeptDraft[]> {
  const kept = storage.getItem(LAYOUT_DRAFTS) ?? NO_DRAFTS;
  if (kept === NO_DRAFTS) return [];
  const { readLayoutDrafts } = await import('./state/read-layout-drafts');
  return readLayoutDrafts(kept);
}

export function keepLayoutDrafts(storage: Storage, drafts: readonly KeptDraft[]): void {
  try {
    storage.setItem(LAYOUT_DRAFTS, JSON.stringify(drafts));
  } catch (error) {
    console.error('[page] drafts of field layouts could not be kept:', error);
  }
}
