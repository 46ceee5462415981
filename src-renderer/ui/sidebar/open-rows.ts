import type { SocketId, SocketInfo } from '../../../src-shared/contract/socket';
import type { Sockets } from '../../state/sockets.svelte';
import type { TreeRow } from '../common/tree-row';

/** A line of the tree of open sockets: a socket, or the fold that holds those gone by. */
export interface OpenRow extends TreeRow {
  socket: SocketId;
  /** The fold of closed children of `socket`. */
  fold: boolean;
}

/** What the user folded or unfolded, by row key; the rest stands as it usually does. */
export type Folds = ReadonlyMap<string, boolean>;

/** The visible rows. Reads of each child only its id: there may be 10,000. */
export function openRows(sockets: Sockets, folds: Folds): OpenRow[] {
  const rows: OpenRow[] = [];
  const { roots } = sockets;
  roots.forEach((id, index) => {
    const info = sockets.get(id);
    if (info === undefined) return;
    const key = socketKey(id);
    const closed = sockets.closedChildren(id);
    // The flows of a capture are what it holds, not what is gone of it.
    const isCapture = info.kind === 'capture-file';
    const live = isCapture ? [...sockets.children(id), ...closed] : sockets.children(id);
    const gone = isCapture ? [] : closed;
    const inner = live.length + (gone.length > 0 ? 1 : 0);
    const expanded = inner === 0 ? null : (folds.get(key) ?? isUsuallyOpen(info));
    rows.push({
      ...{ key, socket: id, fold: false, parent: null, level: 1, expanded },
      ...{ place: index + 1, siblings: roots.length },
    });
    if (expanded === true) addChildren(rows, id, live, gone, folds);
  });
  return rows;
}

export function socketKey(id: SocketId): string {
  return `socket-${id}`;
}

/** A capture may hold thousands of flows; nobody asked to see them one by one. */
function isUsuallyOpen({ kind }: SocketInfo): boolean {
  return kind !== 'capture-file';
}

function addChildren(
  rows: OpenRow[],
  root: SocketId,
  live: readonly SocketId[],
  gone: readonly SocketId[],
  folds: Folds,
): void {
  const siblings = live.length + (gone.length > 0 ? 1 : 0);
  const parent = socketKey(root);
  live.forEach((socket, index) => {
    rows.push({
      ...{ key: socketKey(socket), socket, fold: false, parent, level: 2, expanded: null },
      ...{ place: index + 1, siblings },
    });
  });
  if (gone.length === 0) return;
  const key = `gone-${root}`;
  const expanded = folds.get(key) ?? false;
  rows.push({
    ...{ key, socket: root, fold: true, parent, level: 2, expanded },
    ...{ place: siblings, siblings },
  });
  if (!expanded) return;
  gone.forEach((socket, index) => {
    rows.push({
      ...{ key: socketKey(socket), socket, fold: false, parent: key, level: 3, expanded: null },
      ...{ place: index + 1, siblings: gone.length },
    });
  });
}
