import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, win32 } from 'node:path';
import { CommandError, messageOf } from './command-error';

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  isProgram: (path: string) => boolean;
}

/**
 * Where Wireshark is: the path the user chose if there is one (then no other is tried), else the
 * usual places of the system, else the search path. Null if nowhere.
 */
export function findWireshark(machine: Machine, chosen: string | null): string | null {
  const places = chosen === null ? usualPlaces(machine) : [chosen];
  return places.find((path) => machine.isProgram(path)) ?? null;
}

/** Whether something that can be run lies there. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return isAbsolute(path) && statSync(path).isFile();
  } catch {
    return false; // Not there, or not for us.
  }
}

/** The program in what the user picked; throws a CommandError for what cannot be run. */
export function programOf(picked: string): string {
  // On macOS the picked thing is a folder that looks like one file.
  const program = picked.endsWith('.app') ? join(picked, 'Contents/MacOS/Wireshark') : picked;
  if (isProgram(program)) return program;
  throw new CommandError('not-a-program', `${picked} is not a program that can be run.`);
}

/** Opens a capture in a Wireshark that lives on without us. Rejects with a CommandError. */
export async function openInWireshark(program: string | null, capture: string): Promise<void> {
  if (program === null)
    throw new CommandError(
      'no-wireshark',
      'Wireshark was not found. Install it, or choose the program in the settings.',
    );
  // No shell, and the path as the value of an option: no name of a file can become an option.
  const child = spawn(program, ['-r', capture], { detached: true, stdio: 'ignore' });
  await new Promise<void>((started, failed) => {
    child.once('spawn', started);
    child.once('error', (error) =>
      failed(
        new CommandError('wireshark-failed', `Wireshark did not start: ${messageOf(error)}`, {
          cause: error,
        }),
      ),
    );
  });
  child.unref();
}

function usualPlaces({ platform, env, home }: Machine): string[] {
  if (platform === 'win32') {
    const roots = ['ProgramW6432', 'ProgramFiles', 'ProgramFiles(x86)'];
    return [
      ...roots.flatMap((root) => (env[root] ? [win32.join(env[root], 'Wireshark')] : [])),
      // Windows would also search the current folder, where a stranger may have put a program.
      ...(env['Path'] ?? env['PATH'] ?? '')
        .split(win32.delimiter)
        .filter((folder) => win32.isAbsolute(folder)),
    ].map((folder) => win32.join(folder, 'Wireshark.exe'));
  }
  const inApp = 'Wireshark.app/Contents/MacOS/Wireshark';
  const mac = ['/Applications', join(home, 'Applications')].map((folder) => join(folder, inApp));
  const onPath = (env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const folders = [...onPath, '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/snap/bin'];
  return [
    ...(platform === 'darwin' ? mac : []),
    ...folders.map((folder) => join(folder, 'wireshark')),
  ];
}
