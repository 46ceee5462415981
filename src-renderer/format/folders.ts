import type { Profile } from '../../src-shared/contract/profile';

/** Profiles by folder, folders first, each in the order of its name. */
export interface Folder {
  name: string;
  /** From the outermost in; empty for the top. */
  path: readonly string[];
  folders: readonly Folder[];
  profiles: readonly Profile[];
}

export function folderTree(profiles: readonly Profile[], path: readonly string[] = []): Folder {
  const inside = profiles.filter(({ folder }) =>
    path.every((name, depth) => folder[depth] === name),
  );
  const deeper = new Set<string>();
  const here: Profile[] = [];
  for (const profile of inside) {
    const next = profile.folder[path.length];
    if (next === undefined) here.push(profile);
    else deeper.add(next);
  }
  return {
    name: path.at(-1) ?? '',
    path,
    folders: [...deeper].sort(byName).map((name) => folderTree(inside, [...path, name])),
    profiles: here.sort((a, b) => byName(a.name, b.name)),
  };
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, undefined, { numeric: true });
}
