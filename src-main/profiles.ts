import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProfileProblem } from '../src-shared/contract/main';
import type { Profile } from '../src-shared/contract/profile';
import { refusal, type Refused } from '../src-shared/refusal/refusal';
import { fileStamp, writeFileAtomically } from './atomic-file';
import { causeOf, CommandError, messageOf, systemCode } from './command-error';
import {
  fileProblemOf,
  formatProfile,
  PROFILE_SUFFIX,
  ProfileFileError,
  profileFileName,
  readProfile,
} from './profile-file';
import { ProfileHistory } from './profile-history';

export interface ProfileList {
  profiles: Profile[];
  problems: ProfileProblem[];
}

/**
 * The saved profiles: one file each in `folder`, named once when first saved, so that a save is
 * one atomic replacement. The last three saved contents of each are kept in `.history`. Window and
 * command line may use the same folder at once.
 */
export class ProfileStore {
  readonly #folder: string;
  readonly #history: ProfileHistory;
  /** File name by id, as far as seen. */
  readonly #files = new Map<string, string>();
  #looked = false;
  /** Changes one after the other, so that two saves of one profile cannot pick two files. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
    this.#history = new ProfileHistory(join(folder, '.history'));
  }

  /**
   * All that can be read, sorted by folder and name. Never rejects: what cannot be read is told as
   * a problem. A damaged file is set aside and, if an older content of it is kept, made anew.
   */
  list(): Promise<ProfileList> {
    return this.#inTurn(() => this.#list());
  }

  /** Makes or replaces the profile with that id. Rejects with a CommandError; the old one stays. */
  save(profile: Profile): Promise<void> {
    return this.#inTurn(async () => {
      const text = formatProfile(profile);
      const name = await this.#fileFor(profile);
      try {
        await writeFileAtomically(join(this.#folder, name), text);
      } catch (error) {
        throw notSaved(profile, error);
      }
      this.#files.set(profile.id, name);
      await this.#keep(name, text);
    });
  }

  /** Deleting what is not there is no failure. Rejects with a CommandError. */
  remove(id: string): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#files.has(id)) await this.#list();
      const name = this.#files.get(id);
      if (name === undefined) return;
      try {
        await rm(join(this.#folder, name), { force: true });
        await this.#history.forget(name);
      } catch (error) {
        const code = systemCode(error) ?? 'not-deleted';
        throw new CommandError(code, refusal('profile-undeleted', causeOf(error)), {
          cause: error,
        });
      }
      this.#files.delete(id);
    });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined); // Told to whoever asked for it.
    return done;
  }

  async #list(): Promise<ProfileList> {
    const list: ProfileList = { profiles: [], problems: [] };
    this.#files.clear();
    this.#looked = true;
    for (const name of await this.#names(list.problems)) {
      try {
        this.#add(list, name, await readProfile(join(this.#folder, name)));
      } catch (error) {
        if (systemCode(error) === 'ENOENT') continue; // Deleted by another process since.
        const file = join(this.#folder, name);
        const problem = { file, movedTo: null, ...fileProblemOf(error) };
        if (!(error instanceof ProfileFileError) || error.kind === 'newer')
          list.problems.push(problem);
        else await this.#repair(list, name, problem);
      }
    }
    list.profiles.sort(byFolderAndName);
    return list;
  }

  #add(list: ProfileList, name: string, profile: Profile): void {
    const other = this.#files.get(profile.id);
    if (other !== undefined) {
      const { message, reason } = refusal('profile-same-id', { other });
      const file = join(this.#folder, name);
      list.problems.push({ file, movedTo: null, message, reasons: [reason] });
      return;
    }
    this.#files.set(profile.id, name);
    list.profiles.push(profile);
  }

  /** Sets a damaged file aside and puts the newest content that is whole in its place. */
  async #repair(list: ProfileList, name: string, problem: ProfileProblem): Promise<void> {
    const kept = await this.#history.newest(name);
    const aside = `${problem.file}.corrupt-${fileStamp(Date.now())}`;
    try {
      await rename(problem.file, aside);
      problem.movedTo = aside;
      if (kept) await writeFileAtomically(problem.file, formatProfile(kept));
    } catch (error) {
      add(problem, refusal('profile-not-aside', causeOf(error)));
    }
    if (kept) add(problem, refusal('profile-kept'));
    list.problems.push(problem);
    if (kept) this.#add(list, name, kept);
  }

  async #names(problems: ProfileProblem[]): Promise<string[]> {
    try {
      const entries = await readdir(this.#folder, { withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile() && isProfileName(entry.name))
        .map((entry) => entry.name)
        .sort();
    } catch (error) {
      if (systemCode(error) !== 'ENOENT')
        problems.push({ file: this.#folder, movedTo: null, ...fileProblemOf(error) });
      return [];
    }
  }

  /** The file of that profile, or a name for a new one that no other profile has. */
  async #fileFor(profile: Profile): Promise<string> {
    const known = this.#files.get(profile.id);
    if (known !== undefined && (await this.#isOf(known, profile.id))) return known;
    // Not looked yet, or the file was changed by somebody else: look again, repairing if need be.
    if (!this.#looked || known !== undefined) await this.#list();
    const found = this.#files.get(profile.id);
    if (found !== undefined) return found;
    const short = profileFileName(profile);
    if (await this.#isOf(short, profile.id)) return short;
    return profileFileName(profile, profile.id);
  }

  /** Whether a file may be replaced by the profile: it is not there, or holds that profile. */
  async #isOf(name: string, id: string): Promise<boolean> {
    try {
      return (await readProfile(join(this.#folder, name))).id === id;
    } catch (error) {
      return systemCode(error) === 'ENOENT';
    }
  }

  async #keep(name: string, text: string): Promise<void> {
    try {
      await this.#history.keep(name, text);
    } catch (error) {
      // The profile itself is saved; only going back to an older content would not work.
      console.warn(`[profiles] no older content kept of ${name}: ${messageOf(error)}`);
    }
  }
}

function isProfileName(name: string): boolean {
  return name.endsWith(PROFILE_SUFFIX) && !name.startsWith('.');
}

function byFolderAndName(a: Profile, b: Profile): number {
  const folders = a.folder.join('/').localeCompare(b.folder.join('/'));
  return folders !== 0 ? folders : a.name.localeCompare(b.name);
}

/** One sentence more of what became of a file. */
function add(problem: ProfileProblem, { message, reason }: Refused): void {
  problem.message += ` ${message}`;
  problem.reasons = [...(problem.reasons ?? []), reason];
}

function notSaved(profile: Profile, error: unknown): CommandError {
  const told = refusal('profile-unsaved', { name: profile.name, ...causeOf(error) });
  return new CommandError(systemCode(error) ?? 'not-saved', told, { cause: error });
}
