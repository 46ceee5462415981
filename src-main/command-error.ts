import type { Problem, Reason } from '../src-shared/refusal/refusal';

/** A command that cannot be done, with a message fit for a user and a code for `switch`. */
export class CommandError extends Error {
  readonly code: string;
  readonly reason?: Reason;

  constructor(code: string, told: Omit<Problem, 'code'>, options?: ErrorOptions) {
    super(told.message, options);
    this.name = 'CommandError';
    this.code = code;
    if (told.reason !== undefined) this.reason = told.reason;
  }
}

/** Node's name of a failure (`ENOENT`), or null for an error that is not the system's. */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the system says, for a sentence that ends with it. */
export function causeOf(error: unknown): { why: string; code?: string } {
  const code = systemCode(error);
  return code === null ? { why: messageOf(error) } : { why: messageOf(error), code };
}
