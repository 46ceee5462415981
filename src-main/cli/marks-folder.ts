import { homedir } from 'node:os';
import { join } from 'node:path';
import { MarksFolder } from '../engine/capture/store/marks-file';

/** Where the window keeps what is not in a capture itself, unless the environment says otherwise. */
function userData(): string {
  const { WIREBENCH_USER_DATA: told, APPDATA: roaming, XDG_CONFIG_HOME: config } = process.env;
  if (told) return told;
  if (process.platform === 'win32')
    return join(roaming ?? join(homedir(), 'AppData', 'Roaming'), 'Wirebench');
  if (process.platform === 'darwin')
    return join(homedir(), 'Library', 'Application Support', 'Wirebench');
  return join(config || join(homedir(), '.config'), 'Wirebench');
}

/** The same marks as in the window. */
export function marksFolder(): MarksFolder {
  return new MarksFolder(join(userData(), 'captures'));
}
