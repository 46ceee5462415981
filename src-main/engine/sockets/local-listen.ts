import { chmodSync, lstatSync, renameSync, unlinkSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { connect } from 'node:net';
import type { Server } from 'node:net';
import type { AddressOptions } from '../../../src-shared/address/address-options';
import type { SocketError } from '../../../src-shared/contract/socket';
import { hasFile } from './local-path';
import { toSocketError } from './socket-error';

/** How long a listener that does not accept is waited for: it is alive, only busy. */
const PROBE_MS = 2000;

/** What stands where a listener wants to be. */
type Occupant = 'nothing' | 'stale' | 'alive' | 'other-file' | 'not-allowed';

/** The socket file that a listener has made. It is removed with the listener, and no other is. */
export class SocketFile {
  readonly #path: string;
  #made: Pick<Stats, 'dev' | 'ino'> | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Begins to listen; the server's own events tell the rest. With `unlink` a file that nobody answers
   * on goes first. Resolves with the reason when it does not come to that.
   */
  async listen(
    server: Server,
    { unlink, mode, backlog }: Pick<AddressOptions, 'unlink' | 'mode' | 'backlog'>,
    stillWanted: () => boolean,
  ): Promise<SocketError | null> {
    if (unlink === true && hasFile(this.#path)) {
      const error = await removeStale(this.#path);
      if (error || !stillWanted()) return error;
    }
    server.listen({
      path: this.#path,
      exclusive: true,
      ...(backlog === undefined ? {} : { backlog }),
    });
    // Node binds at once and tells later: nobody can connect before the rights are as they shall be.
    if (!server.listening || !hasFile(this.#path)) return null;
    try {
      this.#made = lstatSync(this.#path);
      if (mode !== undefined) chmodSync(this.#path, mode);
      return null;
    } catch (thrown) {
      server.close();
      return toSocketError(thrown);
    }
  }

  /** Says more of an EADDRINUSE: whether somebody answers there, or a file was left behind. */
  async explain(error: SocketError): Promise<SocketError> {
    if (error.code !== 'EADDRINUSE' || !hasFile(this.#path)) return error;
    return occupied(this.#path, await occupantOf(this.#path)) ?? error;
  }

  /**
   * Closes the server. libuv removes whatever has the path by then (uv__pipe_close), so another's
   * file in its place is moved out of the way meanwhile.
   */
  close(server: Server, done: () => void): void {
    const aside = this.#isAnothers() ? moveAside(this.#path) : null;
    try {
      server.close(done);
    } finally {
      if (aside !== null) renameSync(aside, this.#path);
    }
  }

  #isAnothers(): boolean {
    if (this.#made === null) return false;
    const found = look(this.#path);
    return found !== null && (found.ino !== this.#made.ino || found.dev !== this.#made.dev);
  }
}

/** Null: nothing is in the way any more. */
async function removeStale(path: string): Promise<SocketError | null> {
  const before = look(path);
  const occupant = await occupantOf(path);
  if (occupant !== 'stale') return occupied(path, occupant);
  const after = look(path);
  // Somebody else has made a new one meanwhile.
  if (after && (after.ino !== before?.ino || after.dev !== before.dev))
    return occupied(path, 'alive');
  try {
    if (after) unlinkSync(path);
    return null;
  } catch (thrown) {
    return toSocketError(thrown);
  }
}

function occupied(path: string, by: Occupant): SocketError | null {
  const fail = (code: string, message: string) => ({ code, syscall: 'bind', message });
  switch (by) {
    case 'nothing':
      return null;
    case 'stale':
      return fail('ERR_STALE_SOCKET', `${path} was left behind: nobody answers on it`);
    case 'alive':
      return fail('EADDRINUSE', `another program listens on ${path}`);
    case 'other-file':
      return fail('ENOTSOCK', `${path} is not a socket but another kind of file`);
    case 'not-allowed':
      return fail('EACCES', `${path} is there, and it is not allowed to see whether it is used`);
    default:
      return by satisfies never;
  }
}

async function occupantOf(path: string): Promise<Occupant> {
  const found = look(path);
  if (!found) return 'nothing';
  if (!found.isSocket()) return 'other-file';
  return await answers(path);
}

/** Only a connect tells: the file of a listener that died looks like any other. */
function answers(path: string): Promise<Occupant> {
  return new Promise((done) => {
    const socket = connect({ path });
    const over = (occupant: Occupant) => {
      clearTimeout(timer);
      socket.destroy();
      done(occupant);
    };
    const timer = setTimeout(over, PROBE_MS, 'alive');
    socket.once('connect', () => {
      over('alive');
    });
    socket.on('error', (error) => {
      const { code } = toSocketError(error);
      if (code === 'ECONNREFUSED') over('stale');
      else if (code === 'ENOENT') over('nothing');
      else if (code === 'EACCES' || code === 'EPERM') over('not-allowed');
      // Its queue is full (EAGAIN), or it takes datagrams (EPROTOTYPE): somebody is there.
      else over('alive');
    });
  });
}

/** Null: it cannot be moved; then libuv cannot remove it either, since both need the same rights. */
function moveAside(path: string): string | null {
  const aside = `${path}.${process.pid}.keep`;
  try {
    renameSync(path, aside);
    return aside;
  } catch {
    return null;
  }
}

function look(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}
