import type { SocketInfo } from '../../src-shared/contract/socket';
import type { Kit } from './drafts.svelte';

/*
 * What the page knows of open sockets and no other process does: how their logs are cut and read, and
 * what is being written. It outlives a reload of the window, and not the window.
 */

/** Drafts that were sent and are kept with it; more stay in the page only. */
export const MAX_KEPT_HISTORY = 20;

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
