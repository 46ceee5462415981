import type { FileSendRequest, FileSendResult } from '../../src-shared/contract/file-send';
import type { SocketId } from '../../src-shared/contract/socket';
import { CommandError } from '../engine/command-error';
import type { Engine } from '../engine/engine';
import type { CliError } from './exit';
import { fileError } from './exit';
import { showProgress } from './file-progress';
import type { StatusLine } from './status-line';

/** How a file is sent: see the command `sendFile`. */
export type FileHow = Pick<FileSendRequest, 'rateBytes' | 'datagramBytes'>;

/** Of a file that was not read to its end. */
export function unreadable({ error }: FileSendResult, path: string): CliError {
  return fileError(new CommandError(error ?? { code: 'EIO', message: path }), path);
}

/** Sends a file through a socket and shows how far it is; how that ended. Rejects when it cannot be read. */
export async function sendFile(
  engine: Engine,
  socket: SocketId,
  { path, how, status }: { path: string; how: FileHow; status: StatusLine | null },
): Promise<FileSendResult> {
  const request = { socket, target: { to: 'peer' } as const, path, ...how };
  const shown = status && showProgress(engine, socket, status);
  return engine.hostCommand('sendFile', request).finally(() => shown?.());
}
