import { cleanPath, MAX_FILE_BYTES, nameOf, parentOf, typeOf } from './file-store';
import type { FileStore, StoredFile, StoreProblem } from './file-store';
import { sayAnswer, textAnswer, type Answer } from './http-answer';
import { readBody } from './http-body';
import { readRequest, type Request } from './http-request';
import type { Input } from './input';
import { Upload } from './room';
import type { ServerContent } from './server-content';
import type { Client, Part, Talk } from './talk';

const ALLOWED = 'GET, HEAD, POST, PUT, DELETE, OPTIONS';

/** HTTP/1.0 and HTTP/1.1 (RFC 9110, RFC 9112) over the files of the engine's servers. */
export function* http(content: ServerContent, { input }: Client): Talk {
  for (;;) {
    const request = yield* readRequest(input);
    if (request === null) return;
    if ('status' in request) {
      yield* sayAnswer(textAnswer(request.status, request.why), null, false);
      return;
    }
    if (!(yield* answerOne(content, request, input))) return;
  }
}

/** False: the connection is to be closed. */
function* answerOne({ files, room }: ServerContent, request: Request, input: Input): Part<boolean> {
  const upload = new Upload(room, MAX_FILE_BYTES);
  try {
    const early = refusal(request);
    if (early !== null) {
      yield* sayAnswer(early, request, false);
      return false;
    }
    if (request.minor === 1 && request.fields.has('expect') && request.body.kind !== 'none')
      yield 'HTTP/1.1 100 Continue\r\n\r\n';
    const end = yield* readBody(input, request.body, upload);
    if (end === 'gone') return false;
    if (end !== 'complete') {
      yield* sayAnswer(bodyRefusal(end, upload), request, false);
      return false;
    }
    const keep = keepsOpen(request);
    yield* sayAnswer(answerTo(files, request, upload), request, keep);
    return keep;
  } finally {
    upload.discard();
  }
}

/** Before a byte of the body is read, so that one that waits for 100-continue need not send it. */
function refusal({ method, body, fields }: Request): Answer | null {
  const expect = fields.get('expect')?.toLowerCase();
  if (expect !== undefined && expect !== '100-continue')
    return textAnswer(417, 'the only expectation met here is 100-continue');
  if ((method === 'PUT' || method === 'POST') && body.kind === 'none')
    return textAnswer(411, `${method} needs Content-Length or Transfer-Encoding: chunked`);
  if (body.kind === 'length' && body.bytes > MAX_FILE_BYTES)
    return textAnswer(413, `a body has at most ${MAX_FILE_BYTES} bytes here`);
  return null;
}

function bodyRefusal(end: 'malformed' | 'refused', upload: Upload): Answer {
  if (end === 'malformed') return textAnswer(400, 'the body is not chunked as RFC 9112 says');
  if (upload.refused === 'no-room')
    return textAnswer(507, 'there is no room for it; delete something');
  return textAnswer(413, `a body has at most ${MAX_FILE_BYTES} bytes here`);
}

function keepsOpen({ minor, fields }: Request): boolean {
  const words = (fields.get('connection') ?? '').toLowerCase().split(/[\s,]+/);
  if (words.includes('close')) return false;
  return minor === 1 || words.includes('keep-alive');
}

function answerTo(files: FileStore, request: Request, upload: Upload): Answer {
  const { method, target } = request;
  if (method === 'OPTIONS')
    return { status: 204, fields: [['Allow', ALLOWED]], body: Buffer.alloc(0) };
  if (!ALLOWED.includes(method))
    return textAnswer(405, `${method} is not allowed`, [['Allow', ALLOWED]]);
  const place = placeOf(target);
  if (place === null) return textAnswer(400, 'the target is no path that can be read');
  const { path, query } = place;
  switch (method) {
    case 'PUT':
      return put(files, path, request, upload);
    case 'POST':
      return post(files, path, request, upload);
    case 'DELETE':
      return files.removeFile(path)
        ? { status: 204, fields: [], body: Buffer.alloc(0) }
        : textAnswer(404, 'there is no such file');
    default:
      return get(files, path, query, request);
  }
}

/** Of an origin form or an absolute form (RFC 9112 §3.2), percent-encoding taken off. */
function placeOf(target: string): { path: string; query: string } | null {
  const origin = /^https?:\/\/[^/?#]+(.*)$/i.exec(target)?.[1] ?? target;
  const [, encoded = '', query = ''] = /^([^?#]*)\??([^#]*)/.exec(origin) ?? [];
  if (encoded !== '' && !encoded.startsWith('/')) return null;
  if (/%(?![0-9A-Fa-f]{2})/.test(encoded)) return null;
  const path = cleanPath(
    encoded.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  );
  return path === null ? null : { path, query };
}

function get(files: FileStore, path: string, query: string, request: Request): Answer {
  const entry = files.get(path);
  if (entry === null) return textAnswer(404, 'there is no such file');
  if (entry.kind === 'folder') return listing(files, path);
  const chunked = query.split('&').includes('chunked');
  const fields = [
    ['Content-Type', entry.type],
    ['Last-Modified', new Date(entry.modifiedAt).toUTCString()],
    ['Accept-Ranges', 'bytes'],
  ] as const;
  const range = request.method === 'GET' ? request.fields.get('range') : undefined;
  if (range !== undefined && !chunked) return ranged(entry, range, fields);
  return { status: 200, fields, body: entry.bytes, chunked };
}

/** One range of bytes (RFC 9110 §14); several, or other units, are answered with the whole. */
function ranged({ bytes }: StoredFile, range: string, fields: Answer['fields']): Answer {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range) ?? [];
  if (from === '' && to === '') return { status: 200, fields, body: bytes };
  const size = bytes.byteLength;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from))
    return { status: 200, fields, body: bytes };
  if (start > end)
    return textAnswer(416, 'nothing of the file is in that range', [
      ['Content-Range', `bytes */${size}`],
    ]);
  const place = ['Content-Range', `bytes ${start}-${end}/${size}`] as const;
  return { status: 206, fields: [...fields, place], body: bytes.subarray(start, end + 1) };
}

function put(files: FileStore, path: string, request: Request, upload: Upload): Answer {
  const existed = files.get(path) !== null;
  const type = request.fields.get('content-type') ?? typeOf(path);
  const problem = files.put(path, upload.finish(), type);
  if (problem !== null) return problemAnswer(problem);
  return existed
    ? { status: 204, fields: [], body: Buffer.alloc(0) }
    : textAnswer(201, 'stored', [['Location', encodePath(path)]]);
}

/** To a folder: a new file in it, named by a number. To a file: in its place. */
function post(files: FileStore, path: string, request: Request, upload: Upload): Answer {
  if (files.get(path)?.kind !== 'folder') {
    const parent = parentOf(path);
    if (!files.get(path)) return textAnswer(404, `there is no ${nameOf(path)} in ${parent}`);
    return put(files, path, request, upload);
  }
  let number = 1;
  const place = () => cleanPath(`${path}/${number}`) ?? path;
  while (files.get(place()) !== null) number += 1;
  return put(files, place(), request, upload);
}

function problemAnswer(problem: StoreProblem): Answer {
  return problem === 'full'
    ? textAnswer(507, 'there are too many files; delete some')
    : textAnswer(409, `it cannot be stored there (${problem})`);
}

function listing(files: FileStore, path: string): Answer {
  const base = path === '/' ? '' : path;
  const links = files.list(path).map(([name, entry]) => {
    const folder = entry.kind === 'folder' ? '/' : '';
    return `<li><a href="${encodePath(`${base}/${name}`)}${folder}">${escapeHtml(name)}${folder}</a>`;
  });
  const html = `<!doctype html><title>${escapeHtml(path)}</title>\n<ul>\n${links.join('\n')}\n</ul>\n`;
  const type = ['Content-Type', 'text/html; charset=utf-8'] as const;
  return { status: 200, fields: [type], body: Buffer.from(html, 'latin1'), chunked: true };
}

function encodePath(path: string): string {
  return path.replace(
    /[^A-Za-z0-9/._~-]/g,
    (one) => `%${one.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
  );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
}
