import { z } from 'zod';
import { profile } from '../../src-shared/contract/profile';
import type { SocketInfo } from '../../src-shared/contract/socket';
import type { Kit } from './drafts.svelte';

/*
 * What the page knows of open sockets and no other process does: how their logs are cut and read, and
 * what is being written. It outlives a reload of the window, and not the window.
 */

/** Drafts that were sent and are kept with it; more stay in the page only. */
const MAX_KEPT_HISTORY = 20;

const desk = z.object({
  /** Of which socket of which engine: see `deskKey`. */
  key: z.string(),
  kit: profile
    .pick({
      draft: true,
      framing: true,
      decoder: true,
      encoding: true,
      pairing: true,
      payloads: true,
      highlights: true,
      rules: true,
    })
    .strip(),
  history: z.array(profile.shape.draft.unwrap()).max(MAX_KEPT_HISTORY),
  flowDecoders: z.array(z.tuple([z.int(), profile.shape.decoder.unwrap()])).default([]),
});

export interface KeptDesk {
  key: string;
  kit: Kit;
  history: NonNullable<Kit['draft']>[];
  /** Sockets of flows, and what was chosen for each. */
  flowDecoders: [number, string][];
}

/** Ids begin anew with each engine: address and capture tell a socket from its namesake. */
export function deskKey({ id, address, capture }: SocketInfo): string {
  return `${id} ${capture?.file ?? ''} ${address}`;
}

export function writeDesks(desks: readonly KeptDesk[]): string {
  return JSON.stringify(
    desks.map(({ key, kit, history, flowDecoders }) => ({
      key,
      kit,
      flowDecoders,
      history: history.slice(0, MAX_KEPT_HISTORY),
    })),
  );
}

/** Those that can be read; what another version wrote otherwise is left out. */
export function readDesks(text: string): KeptDesk[] {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(found)) return [];
  return found.flatMap((one) => {
    const parsed = desk.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
}
