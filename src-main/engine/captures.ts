import type { ResultOf } from '../../src-shared/contract/engine';
import type { SocketError, SocketId } from '../../src-shared/contract/socket';
import { CaptureStore } from './capture/capture-store';
import { recoverCapture } from './capture/recover';
import { createSession } from './capture/session';
import type { LiveSession } from './capture/session';
import { CommandError } from './command-error';

export interface CaptureOf {
  address: string;
  rootSocket: SocketId;
  onChange: () => void;
}

/** A capture of the store that a root socket records to or shows. */
interface Use {
  store: CaptureStore;
  name: string;
  /** Null: it is shown. */
  session: LiveSession | null;
}

/** The capture store, and which of its files the sockets of this engine use. */
export class Captures {
  readonly #uses = new Map<SocketId, Use>();
  readonly #onFault: (error: SocketError) => void;
  #store: CaptureStore | null = null;

  /** `onFault`: a file that had to make room could not be deleted. */
  constructor(onFault: (error: SocketError) => void) {
    this.#onFault = onFault;
  }

  /** Throws ERR_CAPTURE_FOLDER. Captures that are being written stay where they are. */
  configure(folder: string, limitBytes: number): void {
    if (this.#store?.folder === folder) this.#store.limitBytes = limitBytes;
    else {
      const onFault = ({ code, message }: SocketError) => {
        this.#onFault({ code, message });
      };
      this.#store = new CaptureStore({ folder, limitBytes, onFault });
    }
  }

  /** Throws when the first blocks cannot be written. */
  start(of: CaptureOf, to: { path: string } | 'store'): LiveSession {
    if (to !== 'store') return createSession({ ...of, path: to.path });
    const store = this.#configured();
    const { name, path } = store.reserve(of.address);
    try {
      const session = createSession({ ...of, path, name });
      this.#uses.set(of.rootSocket, { store, name, session });
      return session;
    } catch (thrown) {
      store.release(name);
      throw thrown;
    }
  }

  /** A root shows a capture of the store until `release`. */
  use(root: SocketId, name: string): void {
    const store = this.#configured();
    store.use(name);
    this.#uses.set(root, { store, name, session: null });
  }

  /** The root is forgotten: nobody looks at its rows any more. */
  release(root: SocketId): void {
    const use = this.#uses.get(root);
    if (!use) return;
    this.#uses.delete(root);
    if (this.#of(use.name).length === 0) use.store.release(use.name);
  }

  list(): ResultOf<'captures'> {
    return { captures: this.#configured().list() };
  }

  pathOf(name: string): string {
    return this.#configured().pathOf(name);
  }

  async recover(name: string): Promise<ResultOf<'recoverCapture'>> {
    this.#refuseInUse(name, this.#of(name));
    return await recoverCapture(this.pathOf(name));
  }

  delete(name: string): void {
    this.#configured().delete(name);
  }

  keep(name: string, kept: boolean): void {
    const uses = this.#of(name);
    const shown = uses.filter(({ session }) => session === null);
    this.#refuseInUse(name, shown);
    const path = this.#configured().keep(name, kept);
    for (const { session } of uses) session?.moved(path);
  }

  close(): void {
    this.#store?.close();
  }

  #of(name: string): Use[] {
    return [...this.#uses.values()].filter((use) => use.name === name);
  }

  #refuseInUse(name: string, uses: readonly Use[]): void {
    if (uses.length === 0) return;
    throw new CommandError('ERR_CAPTURE_IN_USE', `${name} is open here. Close it first.`);
  }

  #configured(): CaptureStore {
    if (this.#store) return this.#store;
    throw new CommandError('ERR_NOT_CONFIGURED', 'No folder for captures has been set');
  }
}
