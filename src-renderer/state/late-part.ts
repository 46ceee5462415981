import { CommandError, PAGE_INCOMPLETE, toProblem } from './command-error';

/**
 * A part of the page that is loaded when it is first asked for, and once. All who ask wait for the same
 * promise, so that they go on in the order in which they asked. Rejects with a `CommandError`.
 */
export function latePart<Part>(load: () => Promise<Part>): () => Promise<Part> {
  let loading: Promise<Part> | null = null;
  return () =>
    (loading ??= load().catch((thrown: unknown) => {
      const what = `A part of the window could not be loaded: ${toProblem(thrown).message}`;
      throw new CommandError(PAGE_INCOMPLETE, what);
    }));
}
