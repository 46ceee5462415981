import type { Definition } from '../../src-shared/contract/definition';
import type { DefinitionFileProblem } from '../../src-shared/contract/definition-commands';
import { definitionProblemText } from '../format/definition-text';
import { toProblem } from './command-error';
import type { Decoding } from './decoding.svelte';
import type { KeptDraft } from './layout-draft.svelte';
import type { MainCommands } from './main-client';
import type { Toasts } from './toasts.svelte';

/** What is put back when it is undone. */
export interface RemovedLayout {
  name: string;
  /** Null: it was given up before it was saved, or goes on as it was. */
  deleted: Definition | null;
  /** What was written in it; null: nothing. */
  draft: KeptDraft | null;
}

/** The decoders that the user has described. Main keeps them as files; here is what main confirmed. */
export class Layouts {
  /** Files that could not be read. */
  problems = $state.raw<readonly DefinitionFileProblem[]>([]);
  /** What was written in their editor and not saved, for when it is opened again. */
  unsaved: readonly KeptDraft[] = [];
  /** What is written in the one that is open; null: none is. */
  open: (() => readonly KeptDraft[]) | null = null;
  /** What was deleted or given up last. */
  removed = $state.raw<RemovedLayout | null>(null);
  readonly #main: MainCommands;
  readonly #toasts: Toasts;
  readonly #decoding: Decoding;

  constructor(parts: { main: MainCommands; toasts: Toasts; decoding: Decoding }) {
    this.#main = parts.main;
    this.#toasts = parts.toasts;
    this.#decoding = parts.decoding;
  }

  get list(): readonly Definition[] {
    return this.#decoding.definitions;
  }

  /** What a reload of the page must not lose. */
  get toKeep(): readonly KeptDraft[] {
    return this.open?.() ?? this.unsaved;
  }

  async load(): Promise<void> {
    await this.#try(async () => {
      const { definitions, problems } = await this.#main.command('definitions', {});
      this.problems = problems;
      this.#take(definitions);
    });
  }

  /** Null when it is saved; else why not. `replaces`: what it was called before. */
  async save(
    definition: Definition,
    replaces: string | null,
  ): Promise<{ code: string; message: string } | null> {
    try {
      await this.#main.command('saveDefinition', { definition, replaces });
      const others = this.list.filter(({ name }) => name !== definition.name && name !== replaces);
      this.#take([...others, definition]);
      return null;
    } catch (thrown) {
      return toProblem(thrown);
    }
  }

  /** The one that is gone now; null: there is none of that name, or it could not be deleted. */
  async remove(name: string): Promise<Definition | null> {
    const gone = this.list.find((one) => one.name === name);
    if (gone === undefined) return null;
    const done = await this.#try(async () => {
      await this.#main.command('deleteDefinition', { name });
      this.#take(this.list.filter((one) => one !== gone));
    });
    return done ? gone : null;
  }

  async import(): Promise<void> {
    await this.#try(async () => {
      const { imported, problems } = await this.#main.command('importDefinitions', {});
      if (imported.length > 0) this.#take([...this.list, ...imported]);
      for (const one of problems) {
        const message = `${one.file}: ${definitionProblemText(one)}`;
        this.#toasts.failed({ code: 'not-imported', message });
      }
    });
  }

  async export(name: string): Promise<void> {
    await this.#try(async () => {
      const { path } = await this.#main.command('exportDefinition', { name });
      if (path !== null) this.#toasts.show({ kind: 'capture-saved', path });
    });
  }

  #take(definitions: readonly Definition[]): void {
    this.#decoding.define(definitions.toSorted((a, b) => a.name.localeCompare(b.name)));
  }

  async #try(action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (thrown) {
      this.#toasts.failed(toProblem(thrown));
      return false;
    }
  }
}
