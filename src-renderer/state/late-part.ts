import { CommandError, PAGE_INCOMPLETE, toProblem } from './command-error';

/**
 * A part of the page that is loaded when it is first asked for, and once. All who ask wait for the same
 * promise, so that they go on in the order in which they asked. Rejects with a `CommandError`.
 */
export function latePart<Part>(load: () => Promise<Part>): () => Promise<Part> {
  let loading: Promise<Part> | null = null;
  return () =>
    (loading ??= load().catch((thrown: unknown) => {
      throw incomplete(thrown);
    }));
}

/** Why a part of the page could not be loaded. */
export function incomplete(thrown: unknown): CommandError {
  const what = `A part of the window could not be loaded: ${toProblem(thrown).message}`;
  return new CommandError(PAGE_INCOMPLETE, what);
}
