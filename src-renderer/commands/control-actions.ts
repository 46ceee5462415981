import type { SocketInfo } from '../../src-shared/contract/socket';
import { isConnection, isListener } from '../../src-shared/contract/socket-words';
import { m } from '../i18n/generated/messages';
import { toProblem } from '../state/command-error';
import type { AppState } from './app';

/*
 * What can be done to the life of an open socket, and why not now. The details panel, the endpoint
 * bar, the tree's menu and the commands all ask here.
 */

export function pauseOff(info: SocketInfo): string | null {
  if (!isConnection(info.kind)) return m.off_stream_only();
  return info.phase === 'open' ? null : m.off_not_running();
}

/** Of what sends itself; a listener hands its rate on to the clients to come. */
export function sendRateOff({ kind, phase }: SocketInfo): string | null {
  if (!isConnection(kind) && !isListener(kind) && kind !== 'udp-socket') return m.off_sends_only();
  return phase === 'open' ? null : m.off_not_running();
}

export function acceptingOff(info: SocketInfo): string | null {
  if (!isListener(info.kind)) return m.off_listener_only();
  return info.phase === 'open' ? null : m.off_not_running();
}

export function groupsOff(info: SocketInfo): string | null {
  if (info.kind !== 'udp-socket') return m.off_udp_only();
  return info.phase === 'open' ? null : m.off_not_running();
}

export function behaviourOff(info: SocketInfo): string | null {
  const answers = isListener(info.kind) || info.kind === 'udp-socket';
  // The socket of a relay to its target is the relay's.
  if (!answers || info.pair !== undefined) return m.off_behaviour_only();
  return info.phase === 'open' ? null : m.off_not_running();
}

export function startTlsOff(info: SocketInfo): string | null {
  if (!isConnection(info.kind)) return m.off_stream_only();
  if (info.tls !== null) return m.off_tls_already();
  if (info.phase !== 'open') return m.off_not_running();
  return info.ended || info.peerEnded ? m.off_half_closed() : null;
}

/** The connection a stream's controls mean: of a dialer its open child. */
export function actingOn(app: Pick<AppState, 'sockets'>, info: SocketInfo): SocketInfo {
  if (info.kind !== 'dialer') return info;
  const child = app.sockets.children(info.id).at(-1);
  return (child === undefined ? undefined : app.sockets.get(child)) ?? info;
}

async function attempt(app: AppState, action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (thrown) {
    app.toasts.failed(toProblem(thrown));
  }
}

/** Pauses reading, or resumes it. */
export function togglePaused(app: AppState, info: SocketInfo): Promise<void> {
  const paused = !info.readingPaused;
  return attempt(app, () => app.engine.command('pauseReading', { socket: info.id, paused }));
}

/** Closes the port of a listener and keeps its clients, or opens it again. */
export function toggleAccepting(app: AppState, info: SocketInfo): Promise<void> {
  const accepting = info.accepting === false;
  return attempt(app, () => app.engine.command('setAccepting', { socket: info.id, accepting }));
}

/** Puts a client's address on the block list of its listener, and resets it. */
export function blockClient(app: AppState, client: SocketInfo): Promise<void> {
  const listener = client.parent === null ? undefined : app.sockets.get(client.parent);
  const host = client.remote?.host;
  if (listener === undefined || host === undefined) return Promise.resolve();
  const { id, maxClients, block } = listener;
  const longer = block.includes(host) ? block : [...block, host];
  return attempt(app, async () => {
    await app.engine.command('setLimits', { socket: id, maxClients, block: longer });
    if (client.phase === 'open') await app.engine.command('reset', { socket: client.id });
  });
}

/** Asks what the system calls the peer, and shows where that is told. */
export function lookUpName(app: AppState, info: SocketInfo): void {
  app.workspace.show(info.id);
  app.shell.details = 'endpoint';
  if (info.remote !== null) void app.names.ask(info.remote.host);
}

/** Why there is no address to find the name of, or null. */
export function nameOff({ remote, path }: SocketInfo): string | null {
  return remote === null || path !== null ? m.off_no_peer() : null;
}

/** Why a client cannot be blocked, or null. */
export function blockOff(app: Pick<AppState, 'sockets'>, client: SocketInfo): string | null {
  const parent = client.parent === null ? undefined : app.sockets.get(client.parent);
  return parent !== undefined && isListener(parent.kind) && client.remote !== null
    ? null
    : m.off_client_only();
}
