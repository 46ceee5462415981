import { MAX_FOLDER_CHARS, MAX_FOLDERS } from '../../src-shared/contract/profile-words';

/** `Line 3 / Gateways` as folder names; null when it is deeper or longer than a profile may have. */
export function parseFolder(text: string): string[] | null {
  const names = text
    .split('/')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const short = names.every((name) => name.length <= MAX_FOLDER_CHARS);
  return names.length <= MAX_FOLDERS && short ? names : null;
}

export function showFolder(folder: readonly string[]): string {
  return folder.join(' / ');
}
