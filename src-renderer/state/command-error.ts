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

/** The code of answers that do not fit the contract: a bug of ours, on one side or the other. */
export const BAD_ANSWER = 'BAD_ANSWER';

/** What can be shown of anything thrown. */
export function toProblem(thrown: unknown): { code: string; message: string } {
  if (thrown instanceof CommandError) return { code: thrown.code, message: thrown.message };
  if (thrown instanceof Error) return { code: thrown.name, message: thrown.message };
  return { code: 'Error', message: String(thrown) };
}
