import { basename } from 'node:path';
import type { ResultOf } from '../../src-shared/contract/engine';
import type { SocketError, SocketId } from '../../src-shared/contract/socket';
import { refusal } from '../../src-shared/refusal/refusal';
import { CaptureStore } from './capture/store/capture-store';
import { partPath, partsBeside } from './capture/recording/recording-parts';
import type { PartFiles, SplitPlan } from './capture/recording/recording-parts';
import { recoverCapture } from './capture/store/recover';
import type { MarksFile } from './capture/store/marks-file';
import { createSession } from './capture/recording/session';
import type { LiveSession } from './capture/recording/session';
import { CommandError } from './command-error';
import type { ReadMemory } from './read-memory';
import type { Session } from './types';

export interface CaptureOf {
  address: string;
  /** Null: in one file. */
  split: SplitPlan | null;
  rootSocket: SocketId;
  onChange: () => void;
}

/** A capture of the store that a root socket records to or shows. */
interface Use {
  store: CaptureStore;
  /** One, or the parts that are kept. */
  names: Set<string>;
  /** Null: it is shown. */
  session: LiveSession | null;
}

/** Parts in the store: each is in use as long as it is kept. */
function partsIn(store: CaptureStore, path: string, names: Set<string>): PartFiles {
  return {
    path: (number) => partPath(path, number),
    began: (part) => {
      names.add(basename(part));
      store.use(basename(part));
    },
    letGo: (part) => {
      names.delete(basename(part));
      store.letGo(basename(part));
    },
  };
}

/** The capture store, and which of its files the sockets of this engine use. */
export class Captures {
  readonly #uses = new Map<SocketId, Use>();
  readonly #onFault: (error: SocketError) => void;
  readonly #memory: ReadMemory | null;
  /** Of the captures of roots. */
  readonly #marks = new Map<SocketId, MarksFile>();
  #store: CaptureStore | null = null;
  /** Of recordings in the store whose address says nothing of it; null: one file. */
  usualSplit: SplitPlan | null = null;

  /** `onFault`: a file that had to make room could not be deleted. `memory`: see `ReadMemory`. */
  constructor(onFault: (error: SocketError) => void, memory: ReadMemory | null = null) {
    this.#onFault = onFault;
    this.#memory = memory;
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
    const { split: own, ...rest } = of;
    const options = { ...rest, memory: this.#memory };
    if (to !== 'store') {
      const { path } = to;
      return own
        ? createSession({ ...options, path, split: { plan: own, files: partsBeside(path) } })
        : createSession({ ...options, path });
    }
    const store = this.#configured();
    const plan = own ?? this.usualSplit;
    const { name, path } = store.reserve(of.address, plan !== null);
    const names = new Set(plan ? [] : [name]);
    const split = plan ? { split: { plan, files: partsIn(store, path, names) } } : {};
    try {
      const session = createSession({ ...options, path, name, ...split });
      this.#uses.set(of.rootSocket, { store, names, session });
      this.keepMarks(of.rootSocket, session);
      return session;
    } catch (thrown) {
      for (const used of names) store.release(used);
      throw thrown;
    }
  }

  /** A root shows a capture of the store, or several as one, until `release`; null: of no store. */
  use(root: SocketId, names: readonly string[] | null): void {
    if (names === null) return;
    const store = this.#configured();
    for (const name of names) store.use(name);
    this.#uses.set(root, { store, names: new Set(names), session: null });
  }

  /** What files are called in the store, however they were reached; null: not all of them are in it. */
  namesOf(paths: readonly string[]): string[] | null {
    const names = paths.flatMap((path) => this.#store?.nameOf(path) ?? []);
    return names.length === paths.length ? names : null;
  }

  /** What is marked in it is there again when it is opened again. Where no folder is set, it is not. */
  keepMarks(root: SocketId, session: Session): void {
    if (this.#store === null) return;
    const kept = this.#store.marks.keep(session, this.#onFault);
    if (kept) this.#marks.set(root, kept);
  }

  /** Resolves when what was marked is on disk. */
  async marksWritten(): Promise<void> {
    await Promise.all([...this.#marks.values()].map((marks) => marks.written()));
  }

  /** The root is forgotten: nobody looks at its rows any more. */
  release(root: SocketId): void {
    this.#marks.delete(root);
    const use = this.#uses.get(root);
    if (!use) return;
    this.#uses.delete(root);
    for (const name of use.names) if (this.#of(name).length === 0) use.store.release(name);
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
    return [...this.#uses.values()].filter(({ names }) => names.has(name));
  }

  #refuseInUse(name: string, uses: readonly Use[]): void {
    if (uses.length === 0) return;
    throw new CommandError('ERR_CAPTURE_IN_USE', refusal('capture-in-use', { name }));
  }

  #configured(): CaptureStore {
    if (this.#store) return this.#store;
    throw new CommandError({
      code: 'ERR_NOT_CONFIGURED',
      message: 'No folder for captures has been set',
    });
  }
}
