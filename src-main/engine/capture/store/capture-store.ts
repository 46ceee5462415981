import {
  closeSync,
  constants,
  existsSync,
  accessSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  lstatSync,
  unlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { StoredCapture } from '../../../../src-shared/contract/engine';
import { refusal, whyOf } from '../../../../src-shared/refusal/refusal';
import { emptyBlock, hasOption, parseBlock } from '../format/block-parser';
import type { CaptureSection } from '../format/block-parser';
import { CaptureError, toSocketError } from '../format/capture-error';
import { captureName } from './capture-name';
import { MarksFolder } from './marks-file';
import { OPTION } from '../format/pcapng-blocks';

const KEPT = 'kept';
const SUFFIX = '.pcapng';
const CHECK_MS = 10_000;

/** The closing block is small; one that is longer than this is no closing block. */
const TAIL_BYTES = 4096;

interface StoreOptions {
  folder: string;
  /** What all captures together may take, bytes; those kept do not count. */
  limitBytes: number;
  /** Captures were deleted to make room. */
  onDeleted?: (names: string[]) => void;
  /** A capture that had to go could not be deleted. */
  onFault?: (error: CaptureError) => void;
}

/** How our own captures are written. */
const SECTION: CaptureSection = {
  format: 'pcapng',
  littleEndian: true,
  interfaces: [],
  ours: true,
};

interface Entry {
  name: string;
  path: string;
  bytes: number;
  modifiedAt: number;
  kept: boolean;
}

/** Whether the last block is the closing block of a recording. Looks at the end only. */
function endsCleanly(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const length = Math.min(size, TAIL_BYTES);
    const tail = new Uint8Array(length);
    if (readSync(file, tail, 0, length, size - length) !== length || length < 12) return false;
    const view = new DataView(tail.buffer);
    const last = view.getUint32(length - 4, true);
    if (last < 12 || last > length) return false;
    const block = emptyBlock();
    const result = parseBlock(SECTION, view, length - last, length, block);
    if (result !== 'ok' || block.kind !== 'statistics') return false;
    return hasOption(SECTION, view, block, OPTION.isbEndTime);
  } finally {
    closeSync(file);
  }
}

/** The folder that sessions are recorded to, kept under a size. */
export class CaptureStore {
  readonly folder: string;
  readonly marks: MarksFolder;
  #limitBytes: number;
  readonly #inUse = new Set<string>();
  readonly #onDeleted: (names: string[]) => void;
  readonly #onFault: (error: CaptureError) => void;
  #timer: NodeJS.Timeout | null = null;

  /** Makes the folder. Throws ERR_CAPTURE_FOLDER when it cannot be made or written to. */
  constructor(options: StoreOptions) {
    this.folder = options.folder;
    this.marks = new MarksFolder(options.folder);
    this.#limitBytes = options.limitBytes;
    this.#onDeleted = options.onDeleted ?? (() => undefined);
    this.#onFault = options.onFault ?? (() => undefined);
    this.#makeFolder();
    this.enforceLimit();
  }

  set limitBytes(bytes: number) {
    this.#limitBytes = bytes;
    this.enforceLimit();
  }

  #makeFolder(): void {
    try {
      mkdirSync(join(this.folder, KEPT), { recursive: true, mode: 0o700 });
      accessSync(this.folder, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (cause) {
      const values = { folder: this.folder, ...whyOf(toSocketError(cause)) };
      throw new CaptureError('ERR_CAPTURE_FOLDER', refusal('capture-folder', values), { cause });
    }
  }

  /**
   * A path for a new capture of an address, in use until `release`. Throws ERR_CAPTURE_FOLDER when
   * the folder is gone and cannot be made again. `parts`: it will be in several files, which are
   * taken into use one by one.
   */
  reserve(address: string, parts = false): { name: string; path: string } {
    this.#makeFolder();
    const name = `${captureName(address)}${SUFFIX}`;
    if (!parts) this.use(name);
    return { name, path: join(this.folder, name) };
  }

  /** A capture that is no longer in use may be deleted, unless it is kept. */
  letGo(name: string): void {
    this.release(name);
    const entry = this.#entries().find((one) => one.name === name);
    if (entry && !entry.kept) this.#deleteToMakeRoom(entry);
  }

  /** While in use a capture is neither deleted nor recovered. */
  use(name: string): void {
    this.#inUse.add(name);
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => this.#check(), CHECK_MS);
    this.#timer.unref();
  }

  release(name: string): void {
    this.#inUse.delete(name);
    if (this.#inUse.size === 0) this.close();
  }

  /** Stops looking at the size. */
  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Newest first. */
  list(): StoredCapture[] {
    return this.#entries()
      .sort((a, b) => b.modifiedAt - a.modifiedAt)
      .flatMap(({ name, path, bytes, modifiedAt, kept }) => {
        try {
          const complete = endsCleanly(path);
          return [{ name, bytes, modifiedAt, inUse: this.#inUse.has(name), kept, complete }];
        } catch {
          // Deleted by another program since the folder was read.
          return [];
        }
      });
  }

  /** Throws ERR_NO_SUCH_CAPTURE. */
  pathOf(name: string): string {
    return this.#find(name).path;
  }

  /** What a file is called here; null: it is none of the store's. */
  nameOf(path: string): string | null {
    try {
      const real = realpathSync.native(path);
      const home = realpathSync.native(this.folder);
      const isHere = [home, join(home, KEPT)].includes(dirname(real)) && real.endsWith(SUFFIX);
      return isHere ? basename(real) : null;
    } catch {
      // Not there: whoever opens it is told.
      return null;
    }
  }

  isInUse(name: string): boolean {
    return this.#inUse.has(name);
  }

  /** Keeps a capture from being deleted to make room, or no longer. Returns its new path. */
  keep(name: string, kept: boolean): string {
    const entry = this.#find(name);
    const path = kept ? join(this.folder, KEPT, name) : join(this.folder, name);
    if (entry.path !== path) renameSync(entry.path, path);
    if (!kept) this.enforceLimit();
    return path;
  }

  /** Throws ERR_CAPTURE_IN_USE, ERR_NO_SUCH_CAPTURE or Node's error. */
  delete(name: string): void {
    if (this.#inUse.has(name)) {
      throw new CaptureError('ERR_CAPTURE_IN_USE', refusal('capture-open', { name }));
    }
    unlinkSync(this.#find(name).path);
    this.marks.forget(name);
  }

  /** Deletes the oldest captures until the limit is kept; never one in use or kept. */
  enforceLimit(): void {
    const entries = this.#entries().filter(({ kept }) => !kept);
    let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    const deleted: string[] = [];
    for (const entry of entries.sort((a, b) => a.modifiedAt - b.modifiedAt)) {
      if (bytes <= this.#limitBytes) break;
      if (this.#inUse.has(entry.name)) continue;
      if (this.#deleteToMakeRoom(entry)) deleted.push(entry.name);
      if (!existsSync(entry.path)) bytes -= entry.bytes;
    }
    if (deleted.length > 0) this.#onDeleted(deleted);
  }

  /** False: it was gone already, or could not be deleted, which is told. */
  #deleteToMakeRoom({ name, path }: Entry): boolean {
    try {
      unlinkSync(path);
      this.marks.forget(name);
      return true;
    } catch (cause) {
      const error = toSocketError(cause);
      if (error.code !== 'ENOENT') {
        const refused = refusal('no-room-made', { name, ...whyOf(error) });
        this.#onFault(new CaptureError(error.code, refused, { cause }));
      }
      return false;
    }
  }

  /** A folder that cannot be read must not end the engine. */
  #check(): void {
    try {
      this.enforceLimit();
    } catch (cause) {
      const error = toSocketError(cause);
      const refused = refusal('folder-unchecked', { folder: this.folder, ...whyOf(error) });
      this.#onFault(new CaptureError(error.code, refused, { cause }));
    }
  }

  #find(name: string): Entry {
    const entry = this.#entries().find((one) => one.name === name);
    if (entry) return entry;
    throw new CaptureError(
      'ERR_NO_SUCH_CAPTURE',
      refusal('no-capture', { name, folder: this.folder }),
    );
  }

  #entries(): Entry[] {
    return [...this.#entriesIn('', false), ...this.#entriesIn(KEPT, true)];
  }

  #entriesIn(sub: string, kept: boolean): Entry[] {
    return this.#names(join(this.folder, sub)).flatMap((name) => {
      const path = join(this.folder, sub, name);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (!stat?.isFile()) return [];
      return [{ name, path, bytes: stat.size, modifiedAt: stat.mtimeMs, kept }];
    });
  }

  #names(folder: string): string[] {
    try {
      return readdirSync(folder).filter((name) => name.endsWith(SUFFIX));
    } catch (error) {
      // Taken away while we run: then it holds no captures, and a new one will say what is wrong.
      if (toSocketError(error).code === 'ENOENT') return [];
      throw error;
    }
  }
}
