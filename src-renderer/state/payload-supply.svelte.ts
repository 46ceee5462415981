import type { Problem } from '../../src-shared/refusal/refusal';
import { SvelteMap } from 'svelte/reactivity';
import { toProblem } from './command-error';
import type { MainCommands } from './main-client';

/** A file as it was read last, or why it was not. */
type PayloadFile = { bytes: Uint8Array } | { problem: Problem } | 'reading';

/** What payloads hold that the page does not know itself. */
export class PayloadSupply {
  /** What this computer is called. */
  hostname = $state.raw('');
  readonly #main: MainCommands | null;
  readonly #files = new SvelteMap<string, PayloadFile>();

  /** Null: there are no files. */
  constructor(main: MainCommands | null = null) {
    this.#main = main;
  }

  /** Those that are read; the others are asked for, and who asked is told as soon as they are here. */
  contents(paths: readonly string[]): ReadonlyMap<string, Uint8Array> {
    const found = new Map<string, Uint8Array>();
    for (const path of paths) {
      const file = this.#files.get(path);
      if (file === undefined) void this.read(path);
      else if (file !== 'reading' && 'bytes' in file) found.set(path, file.bytes);
    }
    return found;
  }

  problemOf(path: string): Problem | null {
    const file = this.#files.get(path);
    return file !== undefined && file !== 'reading' && 'problem' in file ? file.problem : null;
  }

  /** As it is now. */
  async read(path: string): Promise<void> {
    if (this.#main === null) return;
    try {
      const { bytes } = await this.#main.command('payloadFile', { path });
      this.#files.set(path, { bytes });
    } catch (thrown) {
      this.#files.set(path, { problem: toProblem(thrown) });
    }
  }

  /** Asks the user for a file; null: none was chosen. */
  async choose(): Promise<string | null> {
    if (this.#main === null) return null;
    const { path } = await this.#main.command('choosePayloadFile', {});
    if (path !== null) await this.read(path);
    return path;
  }
}
