import { randomUUID } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProfileProblem } from '../src-shared/contract/main';
import type { Profile } from '../src-shared/contract/profile';
import { refusal } from '../src-shared/refusal/refusal';
import { writeFileAtomically } from './atomic-file';
import {
  fileProblemOf,
  folderFileName,
  formatProfile,
  PROFILE_SUFFIX,
  profileFileName,
  readProfile,
} from './profile-file';
import type { ProfileStore } from './profiles';

const MAX_IMPORTED = 5000;
const MAX_FOLDER_DEPTH = 10;

export interface ImportResult {
  imported: Profile[];
  problems: Omit<ProfileProblem, 'movedTo'>[];
}

/**
 * Saves the profiles of the files and folders given. Their own folders are kept; ids that exist
 * already get new ones. A profile only says what could be opened: importing opens nothing, and what it
 * would answer by itself is off until the user says so.
 * What cannot be read is told as a problem and does not hold up the rest.
 */
export async function importProfiles(
  store: ProfileStore,
  paths: readonly string[],
): Promise<ImportResult> {
  const result: ImportResult = { imported: [], problems: [] };
  const taken = new Set((await store.list()).profiles.map(({ id }) => id));
  for (const file of await filesIn(paths, result)) {
    try {
      const read = await readProfile(file);
      const profile = disarmed(taken.has(read.id) ? { ...read, id: randomUUID() } : read);
      await store.save(profile);
      taken.add(profile.id);
      result.imported.push(profile);
    } catch (error) {
      result.problems.push({ file, ...fileProblemOf(error) });
    }
  }
  return result;
}

/** Whoever wrote the file must not decide what this computer answers. */
function disarmed(profile: Profile): Profile {
  return profile.rules === undefined
    ? profile
    : { ...profile, rules: { ...profile.rules, on: false } };
}

/**
 * Writes one file a profile below `folder`, in folders of its own folders' names. A profile that
 * was exported there before is replaced; a file of another is not. Rejects with the system's error.
 */
export async function exportProfiles(
  profiles: readonly Profile[],
  folder: string,
): Promise<number> {
  for (const profile of profiles) {
    const into = join(folder, ...profile.folder.map(folderFileName));
    const short = join(into, profileFileName(profile));
    const path = (await mayReplace(short, profile.id))
      ? short
      : join(into, profileFileName(profile, profile.id));
    await writeFileAtomically(path, formatProfile(profile));
  }
  return profiles.length;
}

async function mayReplace(path: string, id: string): Promise<boolean> {
  if ((await stat(path).catch(() => null)) === null) return true;
  const there = await readProfile(path).catch(() => null);
  return there?.id === id;
}

/** The files named, and those with a profile's name below the folders named; links not followed. */
async function filesIn(paths: readonly string[], result: ImportResult): Promise<string[]> {
  const files: string[] = [];
  const queue = paths.map((path) => ({ path, depth: 0 }));
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { path, depth } = next;
    try {
      if (depth === 0 && !(await stat(path)).isDirectory()) {
        files.push(path);
        continue;
      }
      for (const entry of await readdir(path, { withFileTypes: true })) {
        const inner = join(path, entry.name);
        if (entry.isDirectory() && depth < MAX_FOLDER_DEPTH && entry.name !== '.history')
          queue.push({ path: inner, depth: depth + 1 });
        else if (entry.isFile() && entry.name.endsWith(PROFILE_SUFFIX)) files.push(inner);
      }
    } catch (error) {
      result.problems.push({ file: path, ...fileProblemOf(error) });
    }
  }
  const left = files.splice(MAX_IMPORTED).length;
  if (left > 0) {
    const { message, reason } = refusal('profiles-left', { count: left, most: MAX_IMPORTED });
    result.problems.push({ file: paths[0] ?? '', message, reasons: [reason] });
  }
  return files;
}
