import type { ProfileProblem } from '../../src-shared/contract/main';
import type { Profile } from '../../src-shared/contract/profile';
import { PROFILE_VERSION } from '../../src-shared/contract/profile-words';
import { type Folder, folderTree } from '../format/folders';
import { toProblem } from './command-error';
import type { MainCommands } from './main-client';
import type { Toasts } from './toasts.svelte';

/** A profile that has no id yet. */
export type NewProfile = Omit<Profile, '$schema' | 'version' | 'id'>;

/** The saved sockets. Main keeps them as files; what is shown here is what main confirmed. */
export class Profiles {
  list = $state.raw<readonly Profile[]>([]);
  /** Whether main was asked what there is: before, an empty list says nothing. */
  looked = $state.raw(false);
  /** Files that could not be read and were set aside. */
  problems = $state.raw<readonly ProfileProblem[]>([]);
  readonly tree: Folder = $derived.by(() => folderTree(this.list));
  readonly #main: MainCommands;
  readonly #toasts: Toasts;
  readonly #newId: () => string;

  /** `newId` makes UUIDs. */
  constructor(main: MainCommands, toasts: Toasts, newId: () => string) {
    this.#main = main;
    this.#toasts = toasts;
    this.#newId = newId;
  }

  async load(): Promise<void> {
    await this.#try(async () => {
      const { profiles, problems } = await this.#main.command('profiles', {});
      this.list = profiles;
      this.problems = problems;
    });
    this.looked = true;
  }

  /** A new profile; null when it could not be saved. */
  async add(of: NewProfile): Promise<Profile | null> {
    const profile: Profile = {
      ...of,
      version: PROFILE_VERSION,
      id: this.#newId(),
      folder: [...of.folder],
    };
    const saved = await this.#save(profile);
    if (saved) this.#toasts.show({ kind: 'profile-saved', name: profile.name });
    return saved ? profile : null;
  }

  async change(id: string, patch: Partial<Omit<Profile, 'id' | 'version'>>): Promise<boolean> {
    const before = this.list.find((profile) => profile.id === id);
    return before === undefined ? false : this.#save({ ...before, ...patch });
  }

  rename(id: string, name: string): Promise<boolean> {
    return this.change(id, { name });
  }

  move(id: string, folder: readonly string[]): Promise<boolean> {
    return this.change(id, { folder: [...folder] });
  }

  /** `name` is that of the copy. */
  async duplicate(id: string, name: string): Promise<boolean> {
    const original = this.list.find((profile) => profile.id === id);
    return original === undefined ? false : this.#save({ ...original, id: this.#newId(), name });
  }

  async remove(id: string): Promise<void> {
    const gone = this.list.find((profile) => profile.id === id);
    if (gone === undefined) return;
    await this.#try(async () => {
      await this.#main.command('deleteProfile', { id });
      this.list = this.list.filter((profile) => profile.id !== id);
      const undo = () => void this.#save(gone);
      this.#toasts.show({ kind: 'profile-deleted', name: gone.name, undo });
    });
  }

  async import(): Promise<void> {
    await this.#try(async () => {
      const { imported, problems } = await this.#main.command('importProfiles', {});
      if (imported.length === 0 && problems.length === 0) return;
      this.list = [...this.list, ...imported];
      this.#toasts.show({
        kind: 'profiles-imported',
        count: imported.length,
        problems,
      });
    });
  }

  async export(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#try(async () => {
      const { saved, count } = await this.#main.command('exportProfiles', { ids: [...ids] });
      if (saved !== null) this.#toasts.show({ kind: 'profiles-exported', count, folder: saved });
    });
  }

  async #save(profile: Profile): Promise<boolean> {
    return this.#try(async () => {
      await this.#main.command('saveProfile', { profile });
      const others = this.list.filter(({ id }) => id !== profile.id);
      this.list = [...others, profile];
    });
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
