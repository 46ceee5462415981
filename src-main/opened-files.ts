import { resolve } from 'node:path';

/** Capture files the system or a command line asks to open, kept until something can open them. */
export class OpenedFiles {
  readonly #waiting: string[] = [];
  #open: ((path: string) => void) | null = null;

  add(path: string): void {
    if (this.#open) this.#open(path);
    else this.#waiting.push(path);
  }

  addArgument(args: readonly string[], workingFolder: string): void {
    const path = captureArgument(args, workingFolder);
    if (path !== null) this.add(path);
  }

  deliver(open: (path: string) => void): void {
    this.#open = open;
    for (const path of this.#waiting.splice(0)) open(path);
  }
}

/**
 * The capture file a command line names, or null. Options are passed over: those of a second
 * instance must have no effect on the running one, and Electron puts its own among them.
 */
export function captureArgument(args: readonly string[], workingFolder: string): string | null {
  const named = args.find((arg) => !arg.startsWith('-') && /\.pcapng$/i.test(arg));
  return named === undefined ? null : resolve(workingFolder, named);
}
