import type { ExportResult } from '../../../src-shared/contract/export';
import { refusal } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';
import type { Session } from '../types';
import { exportRows } from './export-rows';
import type { ExportOptions, ExportProgress } from './export-rows';

/** Each reads and writes a disk: more at once would only be slower. */
const MAX_EXPORTS = 8;

interface Job {
  readonly stop: AbortController;
  readonly done: Promise<ExportProgress>;
  progress: ExportProgress;
}

/** The exports that run, by the names of their jobs. */
export class Exports {
  readonly #jobs = new Map<string, Job>();

  /** Rejects when it could not be done, and then has left no file. */
  async run(name: string, session: Session, options: ExportOptions): Promise<ExportResult> {
    if (this.#jobs.has(name) || this.#jobs.size >= MAX_EXPORTS)
      throw new CommandError('ERR_NOT_POSSIBLE', refusal('exports-busy'));
    const stop = new AbortController();
    const onProgress = (progress: ExportProgress) => {
      job.progress = progress;
    };
    const done = exportRows(session, options, stop.signal, onProgress);
    const job: Job = { stop, done, progress: { rows: 0, bytes: 0, part: 0 } };
    this.#jobs.set(name, job);
    try {
      const { rows, bytes } = await done;
      return { cancelled: false, rows, bytes };
    } catch (thrown) {
      if (stop.signal.aborted) return { cancelled: true, rows: 0, bytes: 0 };
      throw thrown;
    } finally {
      this.#jobs.delete(name);
    }
  }

  /** Null: no such export runs. */
  progress(name: string): ExportProgress | null {
    return this.#jobs.get(name)?.progress ?? null;
  }

  cancel(name: string): void {
    this.#jobs.get(name)?.stop.abort();
  }

  /** Stops all of them; resolves when their files are gone. */
  async close(): Promise<void> {
    for (const { stop } of this.#jobs.values()) stop.abort();
    await Promise.allSettled([...this.#jobs.values()].map(({ done }) => done));
  }
}
