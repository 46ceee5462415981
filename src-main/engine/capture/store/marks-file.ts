import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { mark } from '../../../../src-shared/contract/row';
import { MAX_MARKS } from '../../../../src-shared/contract/mark-limits';
import { refusal, whyOf } from '../../../../src-shared/refusal/refusal';
import { CaptureError, toSocketError } from '../format/capture-error';
import type { SessionFile } from '../format/session-file';
import type { Session } from '../../types';
import type { Marks, StoredMark } from './marks';

/*
 * The marks of one capture, in a file of their own (ADR 0017): a capture file is never changed for
 * them. Written anew with each change, in one step: it is the old or the new one whole.
 */

const VERSION = 1;
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** What tells a capture from others: its beginning holds the time of its first packet. */
const TELLING_BYTES = 1024;

const storedMark = z.object({
  row: z.int().min(0),
  offset: z.number().min(0),
  at: z.number(),
  note: mark.shape.note,
});

const contents = z.object({
  wirebench: z.literal('marks'),
  version: z.int().min(1),
  /** For people who look into it. */
  capture: z.string(),
  marks: z.array(storedMark).max(MAX_MARKS),
});

type Stat = { mtimeMs: number; size: number } | null;

/** Where the marks of captures are, in the folder of the capture store. */
export class MarksFolder {
  readonly #captures: string;
  readonly #folder: string;

  constructor(captureFolder: string) {
    this.#captures = resolve(captureFolder);
    this.#folder = join(captureFolder, 'marks');
  }

  /**
   * Keeps the marks of a capture from now on. Null: nothing of the file can be read that would tell it from others.
   */
  keep(session: Session, onFault: (error: CaptureError) => void): MarksFile | null {
    const { path, marks } = session;
    const name = basename(path);
    if (this.#isOfStore(path)) {
      const places = () => this.#parts(session);
      return new MarksFile({ marks, name, places, onFault });
    }
    const { files } = session;
    const kept = files.flatMap((file, place) => {
      const foreign = this.pathOfForeign(file.path);
      const end = place === files.length - 1 ? Infinity : endOf(file);
      return foreign === null ? [] : [{ path: foreign, from: file.start, end }];
    });
    if (kept.length < files.length) return null;
    return new MarksFile({ marks, name, places: () => kept, onFault });
  }

  #isOfStore(path: string): boolean {
    const folder = dirname(resolve(path));
    return [this.#captures, join(this.#captures, 'kept')].includes(folder);
  }

  #parts({ files }: Session): MarksPlace[] {
    return files.map((file, place) => {
      const end = place === files.length - 1 ? Infinity : endOf(file);
      return { path: this.pathOf(basename(file.path)), from: file.start, end };
    });
  }

  /** A capture of the store was deleted. What cannot be deleted here is of no use to anyone. */
  forget(name: string): void {
    rmSync(this.pathOf(name), { force: true });
  }

  /** Of a capture of the store. */
  pathOf(name: string): string {
    return join(this.#folder, `${name}.json`);
  }

  /** Of a capture from anywhere: by what is in it, wherever it is moved to. Null: it cannot be read. */
  pathOfForeign(capture: string): string | null {
    const head = beginningOf(capture);
    if (head === null) return null;
    const key = createHash('sha256').update(head).digest('hex').slice(0, 40);
    return join(this.#folder, 'elsewhere', `${key}.json`);
  }
}

function endOf({ start, bytes }: SessionFile): number {
  return start + bytes;
}

function beginningOf(path: string): Uint8Array | null {
  try {
    const file = openSync(path, 'r');
    try {
      const head = new Uint8Array(TELLING_BYTES);
      return head.subarray(0, readSync(file, head, 0, TELLING_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

/** Where the marks of so much of a capture are kept: a recording may go on in further files. */
interface MarksPlace {
  path: string;
  /** Offsets of the capture that are in that part; it counts from its own beginning. */
  from: number;
  end: number;
}

interface KeptMarks {
  marks: Marks;
  /** What to call the capture. */
  name: string;
  places: () => readonly MarksPlace[];
  onFault: (error: CaptureError) => void;
}

/** Keeps the marks of one capture in files, as long as the capture is open. */
export class MarksFile {
  readonly #of: KeptMarks;
  /** As each was when it was read or written last: another process may have changed it since. */
  readonly #seen = new Map<string, Stat>();
  /** Rows whose marks are not written yet. */
  #changed = new Set<number>();
  #writing: Promise<void> = Promise.resolve();
  #queued = false;

  /** Reads what is there. What is damaged is set aside, and told. */
  constructor(of: KeptMarks) {
    this.#of = of;
    const kept = this.#readAll();
    if (kept.length > 0) of.marks.load(kept);
    of.marks.onChange = (rows) => {
      for (const row of rows) this.#changed.add(row);
      this.#write();
    };
  }

  /** Resolves when all changes so far are on disk, or were told not to be. */
  written(): Promise<void> {
    return this.#writing;
  }

  #readAll(): StoredMark[] {
    return this.#of
      .places()
      .flatMap(({ path, from }) =>
        this.#read(path).map((kept) => ({ ...kept, offset: kept.offset + from })),
      );
  }

  #read(path: string): StoredMark[] {
    try {
      const { mtimeMs, size } = statSync(path);
      if (size > MAX_FILE_BYTES) throw new Error(`${String(size)} bytes are too many for marks`);
      const read = contents.parse(JSON.parse(readFileSync(path, 'utf8')));
      this.#seen.set(path, { mtimeMs, size });
      if (read.version > VERSION) this.#of.marks.frozen = refusal('marks-newer', { path });
      return read.marks;
    } catch (thrown) {
      const { code } = toSocketError(thrown);
      if (code !== 'ENOENT') this.#unreadable(path, thrown, code);
      return [];
    }
  }

  #unreadable(path: string, cause: unknown, code: string): void {
    const { marks, name, onFault } = this.#of;
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : toSocketError(cause).message;
    // What cannot be read now may be whole all the same.
    if (code === 'EACCES' || code === 'EPERM' || code === 'EIO') {
      const refused = refusal('marks-unreadable', { name, why, code });
      marks.frozen = refused;
      onFault(new CaptureError('ERR_MARKS', refused, { cause }));
      return;
    }
    const aside = `${path}.damaged-${new Date().toISOString().replaceAll(/[-:]/g, '')}`;
    try {
      renameSync(path, aside);
    } catch {
      // Then it stays where it is until it is written anew; it was damaged.
    }
    const refused = refusal('marks-damaged', { name, aside, why: why.slice(0, 200) });
    onFault(new CaptureError('ERR_MARKS', refused, { cause }));
  }

  #write(): void {
    if (this.#queued) return;
    this.#queued = true;
    this.#writing = this.#writing.then(async () => {
      this.#queued = false;
      const changed = this.#changed;
      this.#changed = new Set();
      try {
        await this.#takeOthers(changed);
        for (const place of this.#of.places()) await this.#replace(place);
      } catch (cause) {
        for (const row of changed) this.#changed.add(row);
        const values = { name: this.#of.name, ...whyOf(toSocketError(cause)) };
        this.#of.onFault(
          new CaptureError('ERR_MARKS', refusal('marks-unwritten', values), { cause }),
        );
      }
    });
  }

  /** What another process has written since stays, but for rows changed here. */
  async #takeOthers(changed: ReadonlySet<number>): Promise<void> {
    const same = await Promise.all(
      this.#of.places().map(async ({ path }) => {
        const there: Stat = await stat(path).catch(() => null);
        const seen = this.#seen.get(path) ?? null;
        return there?.mtimeMs === seen?.mtimeMs && there?.size === seen?.size;
      }),
    );
    if (same.every(Boolean)) return;
    this.#of.marks.load(this.#readAll(), new Set([...changed, ...this.#changed]));
  }

  async #replace({ path, from, end }: MarksPlace): Promise<void> {
    const all = this.#of.marks.all().filter(({ offset }) => offset >= from && offset < end);
    if (all.length === 0) {
      await rm(path, { force: true });
      this.#seen.delete(path);
      return;
    }
    const marks = all.map((one) => ({ ...one, offset: one.offset - from }));
    const { name: capture } = this.#of;
    const text = JSON.stringify({ wirebench: 'marks', version: VERSION, capture, marks });
    await replaceFile(path, `${text}\n`);
    const { mtimeMs, size } = await stat(path);
    this.#seen.set(path, { mtimeMs, size });
  }
}

/** After a crash at any moment it is the old or the new one, whole. */
async function replaceFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const aside = join(folder, `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(aside, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw error;
  }
}
