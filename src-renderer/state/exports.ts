import type { ExportFormat } from '../../src-shared/contract/export-formats';
import { choiceOf } from '../../src-shared/contract/definition-words';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';
import type { LogView } from './log-view.svelte';
import type { MainCommands } from './main-client';
import type { Toasts } from './toasts.svelte';
import { named } from './with-definitions';

/** All rows of the socket, those that pass the log's filters, or those selected in it. */
export type ExportScope = 'all' | 'filtered' | 'selected';

/** How often it is asked how far an export is. */
const ASK_MS = 250;

/** Writes rows to files, and tells in toasts how far it is. */
export class Exports {
  readonly #engine: Commands;
  readonly #main: MainCommands;
  readonly #toasts: Toasts;
  /** A window that is loaded again must not mistake an export of before for one of its own. */
  readonly #window = crypto.randomUUID();
  #lastJob = 0;

  constructor(engine: Commands, main: MainCommands, toasts: Toasts) {
    this.#engine = engine;
    this.#main = main;
    this.#toasts = toasts;
  }

  /** Asks where to, and resolves when all is written, nothing was chosen, or it failed. Never rejects. */
  async run(log: LogView, scope: ExportScope, format: ExportFormat): Promise<void> {
    const job = `${this.#window}-${++this.#lastJob}`;
    const running = new RunningExport(job, this.#engine, this.#toasts);
    try {
      const request = { job, socket: log.socket, format, ...askedRows(log, scope) };
      const { path, cancelled, rows, bytes } = await this.#main.command('exportRows', request);
      const show = (): void => void this.#show(job);
      if (path !== null) this.#toasts.show({ kind: 'rows-exported', path, rows, bytes, show });
      else if (cancelled && running.wasCancelled) this.#toasts.show({ kind: 'export-cancelled' });
    } catch (thrown) {
      this.#toasts.failed(toProblem(thrown));
    } finally {
      running.end();
    }
  }

  async #show(job: string): Promise<void> {
    try {
      await this.#main.command('showExported', { job });
    } catch (thrown) {
      this.#toasts.failed(toProblem(thrown));
    }
  }
}

/** The part of a request that says which rows. */
function askedRows({ shape, selection, inspected }: LogView, scope: ExportScope) {
  const shown = scope === 'all' ? shape.unfiltered : shape.asked;
  const { decoder } = inspected;
  const definitions = inspected.decoding?.definitions ?? [];
  const known = named(definitions, [shown?.filter]);
  return {
    ...(shown === undefined
      ? {}
      : { shape: { ...shown, ...(known.length === 0 ? {} : { definitions: known }) } }),
    ...(scope === 'selected' ? { rows: selection.spans.map((span) => ({ ...span })) } : {}),
    ...(decoder === 'none' || shown?.framing === undefined
      ? {}
      : { decoder, definitions: definitions.filter((one) => choiceOf(one) === decoder) }),
  };
}

/** The toast of an export, from the moment it has begun to its end. */
class RunningExport {
  readonly #job: string;
  readonly #engine: Commands;
  readonly #toasts: Toasts;
  #timer: ReturnType<typeof setTimeout>;
  #toast: number | null = null;
  #ended = false;
  wasCancelled = false;

  constructor(job: string, engine: Commands, toasts: Toasts) {
    this.#job = job;
    this.#engine = engine;
    this.#toasts = toasts;
    this.#timer = this.#askLater();
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    if (this.#toast !== null) this.#toasts.dismiss(this.#toast);
  }

  #askLater(): ReturnType<typeof setTimeout> {
    return setTimeout(() => void this.#ask(), ASK_MS);
  }

  async #ask(): Promise<void> {
    try {
      const { progress } = await this.#engine.command('exportProgress', { job: this.#job });
      if (this.#ended) return;
      if (progress !== null && !this.wasCancelled) this.#tell(progress);
      this.#timer = this.#askLater();
    } catch {
      // The engine is gone: the export itself says so.
    }
  }

  #tell({ part, rows }: { part: number; rows: number }): void {
    const cancel = (): void => void this.#cancel();
    const content = { kind: 'exporting', part, rows, cancel } as const;
    if (this.#toast === null) this.#toast = this.#toasts.show(content);
    else this.#toasts.replace(this.#toast, content);
  }

  async #cancel(): Promise<void> {
    this.wasCancelled = true;
    try {
      await this.#engine.command('cancelExport', { job: this.#job });
    } catch (thrown) {
      this.#toasts.failed(toProblem(thrown));
    }
  }
}
