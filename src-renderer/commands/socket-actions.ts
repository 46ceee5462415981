import type { SocketInfo } from '../../src-shared/contract/socket';
import { isConnection } from '../../src-shared/contract/socket-words';
import type { OptionGroup } from '../format/option-groups';
import { m } from '../i18n/generated/messages';
import { toProblem } from '../state/command-error';
import type { AppState } from './app';

/*
 * What can be done with one socket, and why not. The endpoint bar, the tree's menu and the commands
 * all ask here, so that they never disagree.
 */

/** Why it cannot be opened again with the same address, or null. */
export function startOff(info: SocketInfo): string | null {
  if (info.kind === 'capture-file') return m.off_capture_file();
  if (info.parent !== null) return m.off_accepted();
  return info.phase === 'closed' ? null : m.off_running();
}

export function stopOff(info: SocketInfo): string | null {
  return info.phase === 'closed' || info.phase === 'closing' ? m.off_not_running() : null;
}

export function resetOff(info: SocketInfo): string | null {
  return isConnection(info.kind) && info.phase === 'open' ? null : m.off_not_connection();
}

export function halfCloseOff(info: SocketInfo): string | null {
  return resetOff(info) ?? (info.ended ? m.off_ended() : null);
}

export function removeOff(info: SocketInfo): string | null {
  if (info.parent !== null) return m.off_child();
  return info.phase === 'closed' ? null : m.off_running();
}

export function captureOff(root: SocketInfo | undefined): string | null {
  return root?.capture ? null : m.off_no_capture();
}

export function wiresharkOff(
  root: SocketInfo | undefined,
  wireshark: string | null,
): string | null {
  return wireshark === null ? m.off_no_wireshark() : captureOff(root);
}

export function profileOff(root: SocketInfo | undefined): string | null {
  if (root === undefined) return m.off_no_socket();
  return root.kind === 'capture-file' ? m.off_capture_file() : null;
}

/** Why it cannot be opened again with other options, or null. */
export function reopenOff(info: SocketInfo): string | null {
  if (info.kind === 'capture-file') return m.off_capture_file();
  return info.parent === null ? null : m.off_accepted();
}

/** The option editor for the address of a root socket, open or closed. */
export function offerOptions(
  app: AppState,
  root: SocketInfo,
  group: OptionGroup | null = null,
): void {
  const then = { to: 'reopen', socket: root.id } as const;
  app.shell.open({ kind: 'options', address: root.address, then, group });
}

/** Opens `address` in place of a closed socket. One that never opened has nothing worth keeping. */
export async function openInstead(app: AppState, old: SocketInfo, address: string): Promise<void> {
  const kit = app.workspace.kitOf(old.id);
  const id = await app.workspace.openAddress(address, kit);
  const { receivedChunks, sentChunks } = old.ledger;
  const nothing = old.openedAt === null && receivedChunks === 0 && sentChunks === 0;
  if (id !== null && nothing) await app.workspace.removeSocket(old.id);
}

/** Offers to save the root of a socket, with what its composer holds. */
export function offerProfile(app: AppState, root: SocketInfo): void {
  const { draft, payloads, ...views } = app.workspace.kitOf(root.id);
  app.shell.open({
    kind: 'save-profile',
    address: root.address,
    draft: draft.text === '' ? null : draft,
    payloads,
    views,
  });
}

/** Asks where to, and copies what is recorded so far there. */
export async function saveCapture(app: AppState, root: SocketInfo): Promise<void> {
  try {
    const { path } = await app.main.command('saveCapture', { socket: root.id });
    if (path !== null) app.toasts.show({ kind: 'capture-saved', path });
  } catch (thrown) {
    app.toasts.failed(toProblem(thrown));
  }
}

export async function openInWireshark(app: AppState, root: SocketInfo): Promise<void> {
  try {
    await app.main.command('openInWireshark', { socket: root.id });
  } catch (thrown) {
    app.toasts.failed(toProblem(thrown));
  }
}

export async function showCaptureFolder(app: AppState): Promise<void> {
  try {
    await app.main.command('showCaptureFolder', {});
  } catch (thrown) {
    app.toasts.failed(toProblem(thrown));
  }
}
