import { extname, resolve } from 'node:path';

/** What captures are called; what a file is, its bytes tell. */
export const CAPTURE_EXTENSIONS = ['pcapng', 'pcap', 'cap'];

/** Capture files that the system, a command line or a drop asks to open, kept until something can open them. */
export class OpenedFiles {
  readonly #waiting: (readonly string[])[] = [];
  #open: ((paths: readonly string[]) => void) | null = null;

  /** Several are opened as one. */
  add(paths: readonly string[]): void {
    if (this.#open) this.#open(paths);
    else this.#waiting.push(paths);
  }

  addArguments(args: readonly string[], workingFolder: string): void {
    for (const path of captureArguments(args, workingFolder)) this.add([path]);
  }

  deliver(open: (paths: readonly string[]) => void): void {
    this.#open = open;
    for (const paths of this.#waiting.splice(0)) open(paths);
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

/** At most so many files are dropped at once. */
const MAX_DROPPED = 1000;

/** The files that were dropped, in the order of their numbers; null: this is none. */
export function droppedPaths(raw: unknown): string[] | null {
  if (!Array.isArray(raw) || raw.length === 0 || raw.length > MAX_DROPPED) return null;
  const paths = raw.filter((path): path is string => typeof path === 'string' && path !== '');
  return paths.length === raw.length ? inNumberOrder(paths) : null;
}

/** As dumpcap and tcpdump number the files of a ring: the system gives any order. */
export function inNumberOrder(paths: readonly string[]): string[] {
  return paths.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

function isCaptureName(path: string): boolean {
  return CAPTURE_EXTENSIONS.includes(extname(path).slice(1).toLowerCase());
}
