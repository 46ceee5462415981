import type { SocketError } from '../../src-shared/contract/socket';
import { toSocketError } from './sockets/socket-error';

/** Codes of commands that make no sense, beside those of Node for what the system refuses. */
export type CommandCode =
  | 'ERR_BAD_COMMAND'
  | 'ERR_BAD_ADDRESS'
  | 'ERR_BAD_FILTER'
  | 'ERR_BAD_FRAMING'
  | 'ERR_BAD_RULES'
  | 'ERR_BAD_AUTHORITY'
  | 'ERR_BAD_CERTIFICATE'
  | 'ERR_NO_SUCH_SOCKET'
  | 'ERR_NO_SUCH_VIEW'
  | 'ERR_CAPTURE_IN_USE'
  | 'ERR_NOT_POSSIBLE'
  | 'ERR_NOT_CONFIGURED'
  | 'ERR_MULTICAST_GROUP'
  | 'ERR_MULTICAST_BIND'
  | 'ERR_NOT_JOINED'
  | 'ERR_REUSEPORT'
  | 'ERR_SCOPE_MISSING'
  | 'ERR_SOURCE_FAMILY'
  | 'ERR_WRONG_FAMILY'
  | 'EMSGSIZE';

/** A rejected command: nothing was done, and `message` tells a user why. */
export class CommandError extends Error implements SocketError {
  override readonly name = 'CommandError';
  readonly code: string;
  readonly errno?: number;
  readonly syscall?: string;

  constructor(code: CommandCode, message: string);
  constructor(error: SocketError);
  constructor(of: CommandCode | SocketError, message?: string) {
    const error = typeof of === 'string' ? { code: of, message: message ?? '' } : of;
    super(error.message);
    this.code = error.code;
    if (error.errno !== undefined) this.errno = error.errno;
    if (error.syscall !== undefined) this.syscall = error.syscall;
  }

  /** What survives a structured clone. */
  toPlain(): SocketError {
    return toSocketError(this);
  }
}

/** What a command is rejected with, whatever was thrown; the cause is kept for our own bugs. */
export function toCommandError(thrown: unknown): CommandError {
  if (thrown instanceof CommandError) return thrown;
  const error = new CommandError(toSocketError(thrown));
  error.cause = thrown;
  return error;
}
