import { extname, resolve } from 'node:path';

/** What captures are called; what a file is, its bytes tell. */
export const CAPTURE_EXTENSIONS = ['pcapng', 'pcap', 'cap'];

/** Capture files the system or a command line asks to open, kept until something can open them. */
export class OpenedFiles {
  readonly #waiting: string[] = [];
  #open: ((path: string) => void) | null = null;

  add(path: string): void {
    if (this.#open) this.#open(path);
    else this.#waiting.push(path);
  }

  addArguments(args: readonly string[], workingFolder: string): void {
    for (const path of captureArguments(args, workingFolder)) this.add(path);
  }

  deliver(open: (path: string) => void): void {
    this.#open = open;
    for (const path of this.#waiting.splice(0)) open(path);
  }
}

/**
 * The capture files a command line names. Options are passed over: those of a second instance must
 * have no effect on the running one, and Electron puts its own among them.
 */
export function captureArguments(args: readonly string[], workingFolder: string): string[] {
  const named = args.filter((arg) => !arg.startsWith('-') && isCaptureName(arg));
  return named.map((arg) => resolve(workingFolder, arg));
}

function isCaptureName(path: string): boolean {
  return CAPTURE_EXTENSIONS.includes(extname(path).slice(1).toLowerCase());
}
