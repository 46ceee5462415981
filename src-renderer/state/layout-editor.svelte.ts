import type { Definition } from '../../src-shared/contract/definition';
import { LayoutDraft, type KeptDraft } from './layout-draft.svelte';
import type { Layouts } from './layouts.svelte';

type Problem = { code: string; message: string } | null;

/** The editor of the described decoders: what is written in it stays until it is saved or given up. */
export class LayoutEditor {
  /** The one in the form. */
  shown = $state.raw<LayoutDraft | null>(null);
  /** Those written in, and the one shown. */
  #drafts = $state.raw<readonly LayoutDraft[]>([]);
  readonly #layouts: Layouts;

  /** What was left unsaved is there again; else the first there is stands open. */
  constructor(layouts: Layouts) {
    this.#layouts = layouts;
    this.#drafts = layouts.unsaved.map(
      ({ of, replaces, written }) => new LayoutDraft(of, replaces, written),
    );
    const [unsaved] = this.#drafts;
    if (unsaved === undefined) this.#openFirst();
    else this.shown = unsaved;
    layouts.open = () => this.#unsaved();
  }

  /** Those written and never saved yet. */
  get fresh(): readonly LayoutDraft[] {
    return this.#drafts.filter(({ replaces, changed }) => replaces === null && changed);
  }

  /** Whether something is written in one there is. */
  isChanged({ name }: Definition): boolean {
    return this.#draftOf(name)?.changed === true;
  }

  open(definition: Definition): void {
    const { name } = definition;
    this.show(this.#draftOf(name) ?? new LayoutDraft(definition, name));
  }

  show(draft: LayoutDraft): void {
    const others = this.#drafts.filter((one) => one !== draft && one.changed);
    this.#drafts = [...others, draft];
    this.shown = draft;
  }

  /** Null when it is saved, or is no definition yet; else why not. */
  async save(): Promise<Problem> {
    const { shown } = this;
    if (shown === null || !shown.reading.ok) return null;
    const { definition } = shown.reading;
    const failed = await this.#layouts.save(definition, shown.replaces);
    if (failed !== null) return failed;
    this.#forget(shown);
    this.open(definition);
    return null;
  }

  async remove(): Promise<void> {
    const { shown } = this;
    const name = shown?.replaces ?? null;
    if (shown === null || name === null) return;
    const place = this.#layouts.list.findIndex((one) => one.name === name);
    const deleted = await this.#layouts.remove(name);
    if (deleted === null) return;
    this.#layouts.removed = { name, deleted, draft: shown.changed ? shown.kept : null };
    this.#forget(shown);
    this.#openFirst(place);
  }

  /** What is written in the one shown is given up. */
  discard(): void {
    const { shown } = this;
    if (shown === null) return;
    const { replaces, name } = shown;
    this.#layouts.removed = { name: replaces ?? name, deleted: null, draft: shown.kept };
    this.#forget(shown);
    const of = this.#layouts.list.find((one) => one.name === replaces);
    if (of === undefined) this.#openFirst();
    else this.open(of);
  }

  /** Puts back what was deleted or given up last. Null when it is there again; else why not. */
  async undo(): Promise<Problem> {
    const { removed } = this.#layouts;
    if (removed === null) return null;
    const { deleted, draft } = removed;
    const failed = deleted === null ? null : await this.#layouts.save(deleted, null);
    if (failed !== null) return failed;
    this.#layouts.removed = null;
    if (draft !== null) this.#putBack(draft);
    else if (deleted !== null) this.open(deleted);
    return null;
  }

  /** The editor closes: nothing of what is written in it is lost. */
  leave(): void {
    this.#layouts.open = null;
    this.#layouts.unsaved = this.#unsaved();
  }

  #unsaved(): readonly KeptDraft[] {
    return this.#drafts.flatMap((one) => (one.changed ? [one.kept] : []));
  }

  /** What was written in its place since is what the next undo puts back. */
  #putBack({ of, replaces, written }: KeptDraft): void {
    const since = replaces === null ? undefined : this.#draftOf(replaces);
    if (since !== undefined) this.#forget(since);
    if (since?.changed === true)
      this.#layouts.removed = { name: since.name, deleted: null, draft: since.kept };
    this.show(new LayoutDraft(of, replaces, written));
  }

  #draftOf(name: string): LayoutDraft | undefined {
    return this.#drafts.find(({ replaces }) => replaces === name);
  }

  #forget(draft: LayoutDraft): void {
    this.#drafts = this.#drafts.filter((one) => one !== draft);
    if (this.shown === draft) this.shown = null;
  }

  /** The one at a place of the list, or the last. */
  #openFirst(place = 0): void {
    const next = this.#layouts.list[place] ?? this.#layouts.list.at(-1);
    if (next !== undefined) this.open(next);
  }
}
