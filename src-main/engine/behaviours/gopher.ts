import { dotText } from './dot-text';
import { cleanPath, type FileStore, type StoredFile } from './file-store';
import { TOO_LONG } from './input';
import type { ServerContent } from './server-content';
import type { Client, Part, Talk } from './talk';

/** RFC 1436 §2 leaves it open; clients of today say at most this. */
const MAX_SELECTOR = 1024;

/** What `find TEXT` answers at most. */
const MAX_FOUND = 100;

/** RFC 1436: one selector, one answer, and the connection is closed. */
export function* gopher({ files }: ServerContent, client: Client): Talk {
  const line = yield* client.input.line(MAX_SELECTOR);
  if (line === null) return;
  if (line === TOO_LONG) {
    yield errorMenu(`a selector has at most ${MAX_SELECTOR} bytes`);
    return;
  }
  const [selector = '', search] = line.split('\t');
  if (selector === '/find') yield* found(files, client, search ?? '');
  else yield* answerTo(files, client, selector);
}

function* answerTo(files: FileStore, client: Client, selector: string): Part<void> {
  const path = cleanPath(selector);
  const entry = path === null ? null : files.get(path);
  if (path === null || !entry) yield errorMenu('there is no such selector');
  else if (entry.kind === 'file') yield* content(entry);
  else {
    const base = path === '/' ? '' : path;
    if (path === '/') {
      yield item('i', 'Wirebench', '', client);
      yield item('7', 'Find by name', '/find', client);
    }
    for (const [name, one] of files.list(path))
      yield item(one.kind === 'folder' ? '1' : typeOf(one), name, `${base}/${name}`, client);
    yield '.\r\n';
  }
}

function* found(files: FileStore, client: Client, search: string): Part<void> {
  const wanted = search.trim().toLowerCase();
  let left = MAX_FOUND;
  const folders = ['/'];
  for (let folder = folders.pop(); folder !== undefined && left > 0; folder = folders.pop()) {
    const base = folder === '/' ? '' : folder;
    for (const [name, entry] of files.list(folder)) {
      const path = `${base}/${name}`;
      if (entry.kind === 'folder') folders.push(path);
      else if (name.toLowerCase().includes(wanted) && left-- > 0)
        yield item(typeOf(entry), path, path, client);
    }
  }
  yield '.\r\n';
}

/** Text ends with a line of one dot, anything else with the connection (§3.8, §3.9). */
function* content(file: StoredFile): Part<void> {
  if (typeOf(file) !== '0') {
    if (file.bytes.length > 0) yield file.bytes;
    return;
  }
  yield* dotText(file.bytes);
}

function typeOf({ type }: StoredFile): string {
  if (type.startsWith('text/html')) return 'h';
  if (type.startsWith('text/') || type === 'application/json') return '0';
  return type === 'image/gif' ? 'g' : type.startsWith('image/') ? 'I' : '9';
}

function item(type: string, name: string, selector: string, { local }: Client): string {
  const host = local.host === '' ? 'localhost' : local.host;
  return `${type}${name.replaceAll('\t', ' ')}\t${selector}\t${host}\t${local.port}\r\n`;
}

function errorMenu(text: string): string {
  return `3${text}\t\terror.host\t1\r\n.\r\n`;
}
