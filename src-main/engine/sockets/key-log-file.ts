import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { refusal } from '../../../src-shared/refusal/refusal';
import { toSocketError } from './socket-error';
import { TlsProblem } from './tls-problem';

/** Takes lines of the NSS key log format, each with its line break. */
export interface KeyLogFile {
  readonly path: string;
  /** Throws Node's error. Blocks: a handshake has five lines at most, so few go to the disk. */
  append(line: Uint8Array): void;
}

/** Never truncates; a FIFO without reader fails instead of blocking. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;
const NONBLOCK = process.platform === 'win32' ? 0 : constants.O_NONBLOCK;

/** Who has these lines can read the connections they belong to: nobody but the owner. */
const MODE = 0o600;

/** Checks that lines can be appended there. Throws `TlsProblem`. */
export function keyLogFile(path: string): KeyLogFile {
  const append = (line: Uint8Array | null) => {
    const file = openSync(path, FLAGS | NONBLOCK, MODE);
    try {
      if (!fstatSync(file).isFile()) throw new Error('it is not a regular file');
      if (line) writeSync(file, line);
    } finally {
      closeSync(file);
    }
  };
  try {
    append(null);
  } catch (thrown) {
    const { code, message } = toSocketError(thrown);
    const why = code === 'ERR_UNKNOWN' ? message : code;
    throw new TlsProblem('ERR_TLS_KEYLOG', refusal('key-log-unwritable', { path, why, code }));
  }
  return { path, append };
}
