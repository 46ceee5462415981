import { plainLines } from '../../src-shared/payload/plain-text';
/** A command that was not carried out. `message` is fit for a user, `code` for a `switch`. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The code of commands that found no engine, or lost it while they waited. */
export const ENGINE_LOST = 'ENGINE_LOST';

/** The code of commands whose answer nobody could check: a file of the page is missing or damaged. */
export const PAGE_INCOMPLETE = 'PAGE_INCOMPLETE';

/** The code of answers that do not fit the contract: a bug of ours, on one side or the other. */
export const BAD_ANSWER = 'BAD_ANSWER';

/** What can be shown of anything thrown. */
export function toProblem(thrown: unknown): { code: string; message: string } {
  if (!(thrown instanceof Error)) return { code: 'Error', message: plainLines(String(thrown)) };
  const code = thrown instanceof CommandError ? thrown.code : thrown.name;
  // Names of files and words of others stand in messages.
  return { code, message: plainLines(thrown.message) };
}
