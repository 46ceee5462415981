import type { SocketError } from '../../../../src-shared/contract/socket';
import { type Reason, reasonIn, type Refused } from '../../../../src-shared/refusal/refusal';

/** What is wrong with a capture file or the folder it is in, with the cause and the next step. */
export class CaptureError extends Error implements SocketError {
  override readonly name = 'CaptureError';
  readonly code: string;
  readonly reason: Reason;

  constructor(code: string, { message, reason }: Refused, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.reason = reason;
  }
}

/** A thrown value as plain data. Node's file errors carry code, errno and syscall. */
export function toSocketError(thrown: unknown): SocketError {
  if (!(thrown instanceof Error))
    return { code: 'EUNKNOWN', message: String(thrown).slice(0, 2000) };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : 'EUNKNOWN';
  const error: SocketError = {
    code: code.slice(0, 64),
    message: thrown.message.slice(0, 2000),
    ...reasonIn(thrown),
  };
  if ('errno' in thrown && Number.isInteger(thrown.errno)) error.errno = Number(thrown.errno);
  if ('syscall' in thrown && typeof thrown.syscall === 'string') error.syscall = thrown.syscall;
  return error;
}
