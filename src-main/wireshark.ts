import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join, posix, win32 } from 'node:path';
import { wiresharkFolders } from '../src-shared/wireshark-folders';
import type { Machine } from '../src-shared/wireshark-folders';
import { refusal } from '../src-shared/refusal/refusal';
import { causeOf, CommandError } from './command-error';

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
  throw new CommandError('not-a-program', refusal('not-a-program', { path: picked }));
}

/** Opens a capture in a Wireshark that lives on without us. Rejects with a CommandError. */
export async function openInWireshark(program: string | null, capture: string): Promise<void> {
  if (program === null) throw new CommandError('no-wireshark', refusal('no-wireshark'));
  // No shell, and the path as the value of an option: no name of a file can become an option.
  const child = spawn(program, ['-r', capture], { detached: true, stdio: 'ignore' });
  await new Promise<void>((started, failed) => {
    child.once('spawn', started);
    child.once('error', (error) =>
      failed(
        new CommandError('wireshark-failed', refusal('wireshark-failed', causeOf(error)), {
          cause: error,
        }),
      ),
    );
  });
  child.unref();
}

function usualPlaces(machine: Machine): string[] {
  const isWindows = machine.platform === 'win32';
  const path = isWindows ? win32 : posix;
  const name = isWindows ? 'Wireshark.exe' : 'wireshark';
  return wiresharkFolders(machine, path).map((folder) =>
    path.join(folder, folder.endsWith('.app/Contents/MacOS') ? 'Wireshark' : name),
  );
}
