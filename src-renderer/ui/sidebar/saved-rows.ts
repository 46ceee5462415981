import type { Profile } from '../../../src-shared/contract/profile';
import type { Folder } from '../../format/folders';
import type { TreeRow } from '../common/tree-row';
import type { Folds } from './open-rows';

/** A line of the tree of profiles: a folder or a profile. */
export interface SavedRow extends TreeRow {
  name: string;
  folder: Folder | null;
  profile: Profile | null;
}

export function savedRows(tree: Folder, folds: Folds): SavedRow[] {
  return rowsOf(tree, folds, 1, null);
}

function rowsOf(folder: Folder, folds: Folds, level: number, parent: string | null): SavedRow[] {
  const siblings = folder.folders.length + folder.profiles.length;
  const folders = folder.folders.flatMap((inner, index) => {
    const key = `folder-${inner.path.map(encodeURIComponent).join('/')}`;
    const expanded = folds.get(key) ?? true;
    const row: SavedRow = {
      ...{ key, parent, level, expanded, place: index + 1, siblings },
      ...{ name: inner.name, folder: inner, profile: null },
    };
    return expanded ? [row, ...rowsOf(inner, folds, level + 1, key)] : [row];
  });
  const profiles = folder.profiles.map((profile, index): SavedRow => {
    const place = folder.folders.length + index + 1;
    return {
      ...{ key: `profile-${profile.id}`, parent, level, expanded: null, place, siblings },
      ...{ name: profile.name, folder: null, profile },
    };
  });
  return [...folders, ...profiles];
}

/** All profiles in a folder and below it. */
export function profilesIn({ folders, profiles }: Folder): Profile[] {
  return [...profiles, ...folders.flatMap(profilesIn)];
}
