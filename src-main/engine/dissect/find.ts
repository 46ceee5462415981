import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, posix, win32 } from 'node:path';
import { wiresharkFolders } from '../../../src-shared/wireshark-folders';
import type { Machine } from '../../../src-shared/wireshark-folders';

/** Wireshark's programs without a window; null where there is none. */
export interface Programs {
  sharkd: string | null;
  tshark: string | null;
}

/** This computer. */
export function thisMachine(): Machine {
  return { platform: process.platform, env: process.env, home: homedir(), isProgram };
}

/**
 * Beside the Wireshark that the user chose, if there is one; else in the usual places of the system
 * and on the search path.
 */
export function findPrograms(machine: Machine, chosen: string | null): Programs {
  const { platform, isProgram: runs } = machine;
  const path = platform === 'win32' ? win32 : posix;
  const folders = [
    ...(chosen === null ? [] : [path.dirname(chosen)]),
    ...wiresharkFolders(machine, path),
  ];
  const ending = platform === 'win32' ? '.exe' : '';
  const find = (name: string): string | null =>
    folders.map((folder) => path.join(folder, `${name}${ending}`)).find(runs) ?? null;
  return { sharkd: find('sharkd'), tshark: find('tshark') };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return isAbsolute(path) && statSync(path).isFile();
  } catch {
    return false; // Not there, or not for us.
  }
}
