import type { SocketError } from '../../src-shared/contract/socket';
import type { Reason, Refused } from '../../src-shared/refusal/refusal';
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

/**
 * A rejected command: nothing was done, and `message` tells a user why. What a user can meet is a
 * refusal, which the window says in its language; a bare error is the system's, or our mistake.
 */
export class CommandError extends Error implements SocketError {
  override readonly name = 'CommandError';
  readonly code: string;
  readonly errno?: number;
  readonly syscall?: string;
  readonly reason?: Reason;

  constructor(code: CommandCode, refused: Refused);
  constructor(error: SocketError);
  constructor(of: CommandCode | SocketError, refused?: Refused) {
    const error: SocketError = typeof of === 'string' ? { code: of, message: '', ...refused } : of;
    super(error.message);
    this.code = error.code;
    if (error.reason !== undefined) this.reason = error.reason;
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
