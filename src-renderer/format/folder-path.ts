import { profile } from '../../src-shared/contract/profile';

/** `Line 3 / Gateways` as folder names; null when it is deeper or longer than a profile may have. */
export function parseFolder(text: string): string[] | null {
  const names = text
    .split('/')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return profile.shape.folder.safeParse(names).success ? names : null;
}

export function showFolder(folder: readonly string[]): string {
  return folder.join(' / ');
}
