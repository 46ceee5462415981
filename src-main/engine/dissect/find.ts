import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, win32 } from 'node:path';

/** What is known of the computer that Wireshark is looked for on. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  isProgram: (path: string) => boolean;
}

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
  const path = platform === 'win32' ? win32 : { dirname, join };
  const folders = [...(chosen === null ? [] : [path.dirname(chosen)]), ...usualFolders(machine)];
  const ending = platform === 'win32' ? '.exe' : '';
  const find = (name: string): string | null =>
    folders.map((folder) => path.join(folder, `${name}${ending}`)).find(runs) ?? null;
  return { sharkd: find('sharkd'), tshark: find('tshark') };
}

function usualFolders({ platform, env, home }: Machine): string[] {
  if (platform === 'win32') {
    const roots = ['ProgramW6432', 'ProgramFiles', 'ProgramFiles(x86)'];
    return [
      ...roots.flatMap((root) => (env[root] ? [win32.join(env[root], 'Wireshark')] : [])),
      // Windows would also search the current folder, where a stranger may have put a program.
      ...(env['Path'] ?? env['PATH'] ?? '')
        .split(win32.delimiter)
        .filter((folder) => win32.isAbsolute(folder)),
    ];
  }
  const inApp = 'Wireshark.app/Contents/MacOS';
  const mac = ['/Applications', join(home, 'Applications')].map((folder) => join(folder, inApp));
  const onPath = (env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return [
    ...(platform === 'darwin' ? mac : []),
    ...onPath,
    ...['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/snap/bin'],
  ];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return isAbsolute(path) && statSync(path).isFile();
  } catch {
    return false; // Not there, or not for us.
  }
}
