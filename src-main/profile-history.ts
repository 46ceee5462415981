import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Profile } from '../src-shared/contract/profile';
import { fileStamp, writeFileAtomically } from './atomic-file';
import { readProfile } from './profile-file';

const GENERATIONS = 3;

/**
 * The last saved contents of each profile file, the present one included. Each has a file name of
 * its own (`<file>.<time>-<random>`), so that two processes keeping at once cannot meet; at worst
 * they keep one more or less.
 */
export class ProfileHistory {
  readonly #folder: string;
  /** Orders what is kept within one millisecond. */
  #kept = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async keep(name: string, text: string): Promise<void> {
    const count = String(++this.#kept).padStart(6, '0');
    const unique = `${fileStamp(Date.now())}-${count}-${randomBytes(3).toString('hex')}`;
    await writeFileAtomically(join(this.#folder, `${name}.${unique}`), text);
    for (const old of (await this.#generations(name)).slice(GENERATIONS))
      await rm(join(this.#folder, old), { force: true });
  }

  /** The newest content that is whole, or null. */
  async newest(name: string): Promise<Profile | null> {
    for (const generation of await this.#generations(name)) {
      try {
        return await readProfile(join(this.#folder, generation));
      } catch {
        continue; // Damaged too: the one before it.
      }
    }
    return null;
  }

  async forget(name: string): Promise<void> {
    for (const generation of await this.#generations(name))
      await rm(join(this.#folder, generation), { force: true });
  }

  /** Newest first. */
  async #generations(name: string): Promise<string[]> {
    const prefix = `${name}.`;
    const all = await readdir(this.#folder).catch(() => []); // None kept yet, or not readable.
    return all
      .filter((file) => file.startsWith(prefix))
      .sort()
      .reverse();
  }
}
