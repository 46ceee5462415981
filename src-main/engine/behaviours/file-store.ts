import type { Room } from './room';

export const MAX_FILE_BYTES = 16 * 1024 * 1024;
const MAX_ENTRIES = 1000;
const MAX_PATH_LENGTH = 1024;
const MAX_NAME_LENGTH = 255;

export interface StoredFile {
  readonly kind: 'file';
  readonly bytes: Buffer;
  /** As the client named it, or guessed from the name. */
  readonly type: string;
  readonly modifiedAt: number;
}

interface StoredFolder {
  readonly kind: 'folder';
  readonly modifiedAt: number;
}

export type Entry = StoredFile | StoredFolder;

/** Why something could not be stored or removed. */
export type StoreProblem = 'no-folder' | 'is-folder' | 'is-file' | 'exists' | 'not-empty' | 'full';

const TYPES = new Map([
  ['txt', 'text/plain; charset=utf-8'],
  ['html', 'text/html; charset=utf-8'],
  ['json', 'application/json'],
  ['csv', 'text/csv; charset=utf-8'],
  ['xml', 'application/xml'],
  ['gif', 'image/gif'],
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
]);

export function typeOf(path: string): string {
  return (
    TYPES.get(/\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '') ?? 'application/octet-stream'
  );
}

/**
 * An absolute path without `.`, `..`, empty parts and a slash at the end; one character a byte.
 * Null: not a name that can be stored (too long, a control character in it).
 */
export function cleanPath(path: string, from = '/'): string | null {
  const parts: string[] = [];
  const whole = path.startsWith('/') ? path : `${from}/${path}`;
  // eslint-disable-next-line no-control-regex
  if (whole.length > MAX_PATH_LENGTH * 2 || /[\x00-\x1f\x7f]/.test(whole)) return null;
  for (const part of whole.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const clean = `/${parts.join('/')}`;
  if (clean.length > MAX_PATH_LENGTH || parts.some((part) => part.length > MAX_NAME_LENGTH))
    return null;
  return clean;
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The files that HTTP, FTP and Gopher serve, in memory. Paths are those of `cleanPath`. */
export class FileStore {
  readonly #room: Room;
  readonly #entries = new Map<string, Entry>();

  constructor(room: Room) {
    this.#room = room;
    const modifiedAt = Date.now();
    const folder: StoredFolder = { kind: 'folder', modifiedAt };
    for (const path of ['/', '/pub', '/upload']) this.#entries.set(path, folder);
    for (const [path, bytes] of samples())
      if (room.take(bytes.byteLength))
        this.#entries.set(path, { kind: 'file', bytes, type: typeOf(path), modifiedAt });
  }

  get(path: string): Entry | null {
    return this.#entries.get(path) ?? null;
  }

  /** What is in a folder, by name. */
  list(folder: string): [name: string, entry: Entry][] {
    const found: [string, Entry][] = [];
    for (const [path, entry] of this.#entries)
      if (path !== '/' && parentOf(path) === folder) found.push([nameOf(path), entry]);
    return found.sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** `bytes` came from `Upload.finish`: their room is taken over, or given back with a problem. */
  put(path: string, bytes: Buffer, type: string): StoreProblem | null {
    const before = this.get(path);
    const problem = before?.kind === 'folder' ? 'is-folder' : this.#problemWithNew(path, before);
    if (problem !== null) {
      this.#room.give(bytes.byteLength);
      return problem;
    }
    if (before?.kind === 'file') this.#room.give(before.bytes.byteLength);
    this.#entries.set(path, { kind: 'file', bytes, type, modifiedAt: Date.now() });
    return null;
  }

  makeFolder(path: string): StoreProblem | null {
    if (this.get(path)) return 'exists';
    const problem = this.#problemWithNew(path, null);
    if (problem === null) this.#entries.set(path, { kind: 'folder', modifiedAt: Date.now() });
    return problem;
  }

  /** False: there is no such file. */
  removeFile(path: string): boolean {
    const entry = this.get(path);
    if (entry?.kind !== 'file') return false;
    this.#room.give(entry.bytes.byteLength);
    return this.#entries.delete(path);
  }

  removeFolder(path: string): StoreProblem | null {
    if (this.get(path)?.kind !== 'folder') return 'no-folder';
    if (path === '/' || this.list(path).length > 0) return 'not-empty';
    this.#entries.delete(path);
    return null;
  }

  /** Of a file, or of a folder with nothing in it. */
  rename(from: string, to: string): StoreProblem | null {
    const entry = this.get(from);
    if (!entry || from === '/') return 'no-folder';
    if (entry.kind === 'folder' && this.list(from).length > 0) return 'not-empty';
    if (this.get(to)) return 'exists';
    const problem = this.#problemWithNew(to, entry);
    if (problem !== null || to.startsWith(`${from}/`)) return problem ?? 'no-folder';
    this.#entries.delete(from);
    this.#entries.set(to, entry);
    return null;
  }

  #problemWithNew(path: string, before: Entry | null): StoreProblem | null {
    const parent = this.get(parentOf(path));
    if (parent?.kind !== 'folder') return parent ? 'is-file' : 'no-folder';
    return before || this.#entries.size < MAX_ENTRIES ? null : 'full';
  }
}

function samples(): [string, Buffer][] {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
  const pages = {
    '/welcome.txt': 'This is a server of Wirebench.\r\nWhat is put here is kept in memory.\r\n',
    '/status.json': '{"device":"wirebench","state":"ready"}\n',
    '/pub/lines.txt': Array.from({ length: 100 }, (_, n) => `line ${n + 1}\r\n`).join(''),
  };
  return [
    ...Object.entries(pages).map(([path, text]): [string, Buffer] => [path, Buffer.from(text)]),
    ['/pub/bytes.bin', bytes],
  ];
}
