import { plainLines } from '../../src-shared/payload/plain-text';
import type { Problem, Reason } from '../../src-shared/refusal/refusal';

/** A command that was not carried out. `message` is fit for a user, `code` for a `switch`. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: string;
  readonly reason: Reason | undefined;

  constructor(code: string, message: string, reason?: Reason) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/** What another process rejected a command with. */
export function rejectedWith({ code, message, reason }: Problem): CommandError {
  return new CommandError(code, message, reason);
}

/** The code of commands that found no engine, or lost it while they waited. */
export const ENGINE_LOST = 'ENGINE_LOST';

/** The code of commands whose answer nobody could check: a file of the page is missing or damaged. */
export const PAGE_INCOMPLETE = 'PAGE_INCOMPLETE';

/** The code of answers that do not fit the contract: a bug of ours, on one side or the other. */
export const BAD_ANSWER = 'BAD_ANSWER';

/** What can be shown of anything thrown. */
export function toProblem(thrown: unknown): Problem {
  if (!(thrown instanceof Error)) return { code: 'Error', message: plainLines(String(thrown)) };
  // Names of files and words of others stand in messages.
  const message = plainLines(thrown.message);
  if (!(thrown instanceof CommandError)) return { code: thrown.name, message };
  return { code: thrown.code, message, reason: thrown.reason };
}
