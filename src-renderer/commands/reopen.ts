import type { SocketId } from '../../src-shared/contract/socket';
import type { AppState } from './app';
import { openInstead } from './socket-actions';

/** How long a socket is waited for that does not close; its address may still be taken then, ms. */
const CLOSE_MS = 5000;

/**
 * Opens another address in place of a socket, which is closed first: what it is bound to would not be
 * free before. False when it did not open; then the old one is closed, and can be started again.
 */
export async function reopenWith(
  app: AppState,
  socket: SocketId,
  address: string,
): Promise<boolean> {
  const old = app.sockets.get(socket);
  if (old === undefined) return (await app.workspace.openAddress(address)) !== null;
  if (old.phase !== 'closed') {
    const gone = whenClosed(app, socket);
    if (old.phase !== 'closing' && !(await app.workspace.closeSocket(socket))) return false;
    await gone;
  }
  const now = app.sockets.get(socket);
  if (now === undefined) return (await app.workspace.openAddress(address)) !== null;
  await openInstead(app, now, address);
  return true;
}

function whenClosed({ engine, sockets }: AppState, socket: SocketId): Promise<void> {
  return new Promise((done) => {
    const finish = (): void => {
      clearTimeout(timer);
      stop();
      done();
    };
    const timer = setTimeout(finish, CLOSE_MS);
    const stop = engine.onUpdate(() => {
      const phase = sockets.get(socket)?.phase;
      if (phase === undefined || phase === 'closed') finish();
    });
  });
}
