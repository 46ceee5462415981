import type { Ledger, SocketKind } from './socket';

/* What of sockets is asked where nothing is checked: without their schema. */

/** Whether nothing is known to be lost. */
export function isClean(of: Ledger): boolean {
  return (of.kernelDropped ?? 0) === 0 && of.ownDroppedChunks === 0 && of.refusedConnections === 0;
}

/** Takes connections, which are its children. */
export function isListener(kind: SocketKind): boolean {
  return kind === 'tcp-listener' || kind === 'local-listener';
}

/** A stream to one peer. */
export function isConnection(kind: SocketKind): boolean {
  return kind === 'tcp-connection' || kind === 'local-connection';
}
