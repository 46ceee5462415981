// Where scripts/package.mjs puts the unpacked app on this platform.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const FOLDERS = {
  linux: ['linux-unpacked', 'linux-arm64-unpacked'],
  win32: ['win-unpacked', 'win-arm64-unpacked'],
  darwin: ['mac/Wirebench.app', 'mac-arm64/Wirebench.app', 'mac-universal/Wirebench.app'],
};
const EXECUTABLES = {
  linux: 'wirebench',
  win32: 'Wirebench.exe',
  darwin: 'Contents/MacOS/Wirebench',
};

export function packagedFolder() {
  const found = (FOLDERS[process.platform] ?? [])
    .map((name) => join(root, 'dist', name))
    .find((folder) => existsSync(folder));
  if (!found) throw new Error('no packaged app in dist/: run npm run package first');
  return found;
}

export const packagedExecutable = () => join(packagedFolder(), EXECUTABLES[process.platform]);
