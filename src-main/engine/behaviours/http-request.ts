import { TOO_LONG, type Input } from './input';
import type { Hearing } from './hearing';

const MAX_REQUEST_LINE = 8 * 1024;
const MAX_FIELD_LINE = 8 * 1024;
const MAX_HEAD_BYTES = 32 * 1024;
const MAX_FIELDS = 100;

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Characters that no field value may hold (RFC 9110 §5.5). */
// eslint-disable-next-line no-control-regex
const BAD_VALUE = /[\x00-\x08\x0a-\x1f\x7f]/;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT'];

export interface Request {
  method: string;
  /** As it stands in the request line. */
  target: string;
  minor: 0 | 1;
  /** Lower-case names; several of one name joined by a comma. */
  fields: ReadonlyMap<string, string>;
  /** Of the body: so many bytes, in chunks, or none. */
  body: { kind: 'length'; bytes: number } | { kind: 'chunked' } | { kind: 'none' };
}

/** A request that is answered with that status, and then the connection is closed. */
export interface BadRequest {
  status: 400 | 414 | 431 | 501 | 505;
  why: string;
}

const bad = (why: string, status: BadRequest['status'] = 400): BadRequest => ({ status, why });

/** One request without its body (RFC 9112). Null: the peer has ended. */
export function* readRequest(input: Input): Hearing<Request | BadRequest | null> {
  // One empty line before a request is ignored (RFC 9112 §2.2).
  let line = yield* input.line(MAX_REQUEST_LINE);
  if (line === '') line = yield* input.line(MAX_REQUEST_LINE);
  if (line === null) return null;
  if (line === TOO_LONG)
    return bad(`the request line has more than ${MAX_REQUEST_LINE} bytes`, 414);
  const start = readRequestLine(line);
  if ('status' in start) return start;
  const fields = yield* readFields(input);
  if (fields === null || 'status' in fields) return fields;
  if (start.minor === 1 && !fields.map.has('host')) return bad('HTTP/1.1 needs a Host field');
  if (fields.repeated.has('host')) return bad('there is more than one Host field');
  const body = bodyOf(fields.map, start.minor);
  return 'status' in body ? body : { ...start, fields: fields.map, body };
}

function readRequestLine(
  line: string,
): { method: string; target: string; minor: 0 | 1 } | BadRequest {
  const [method = '', target = '', version, ...more] = line.split(' ');
  if (!TOKEN.test(method)) return bad('the request line does not begin with a method');
  if (version === undefined || more.length > 0 || target === '')
    return bad('a request line is: method, one space, target, one space, HTTP/1.1');
  if (!/^HTTP\/\d\.\d$/.test(version)) return bad('the version is not HTTP/1.0 or HTTP/1.1');
  if (!version.startsWith('HTTP/1.')) return bad('only HTTP/1.0 and HTTP/1.1 are spoken here', 505);
  if (/[^\x21-\x7e]/.test(target))
    return bad('the target holds bytes that must be percent-encoded');
  if (!METHODS.includes(method)) return bad(`the method ${method} is not known here`, 501);
  return { method, target, minor: version === 'HTTP/1.0' ? 0 : 1 };
}

interface Fields {
  map: Map<string, string>;
  repeated: Set<string>;
}

/** The lines up to the empty one; also the trailer of a chunked body. */
export function* readFields(input: Input): Hearing<Fields | BadRequest | null> {
  const fields: Fields = { map: new Map(), repeated: new Set() };
  let bytes = 0;
  for (let count = 0; ; count++) {
    const line = yield* input.line(MAX_FIELD_LINE);
    if (line === null || line === '') return line === null ? null : fields;
    if (line === TOO_LONG) return bad(`a field has more than ${MAX_FIELD_LINE} bytes`, 431);
    bytes += line.length;
    if (bytes > MAX_HEAD_BYTES || count >= MAX_FIELDS)
      return bad(
        `there are more than ${MAX_FIELDS} fields, or ${MAX_HEAD_BYTES} bytes of them`,
        431,
      );
    if (/^[ \t]/.test(line)) return bad('folded fields are not spoken any more (RFC 9112 §5.2)');
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (!TOKEN.test(name)) return bad('a field is a name, a colon right after it, and a value');
    if (BAD_VALUE.test(value)) return bad(`the value of ${name} holds a control character`);
    const before = fields.map.get(name);
    if (before !== undefined) fields.repeated.add(name);
    fields.map.set(name, before === undefined ? value : `${before}, ${value}`);
  }
}

/** RFC 9112 §6.3. What two readers could understand in two ways is refused. */
function bodyOf(fields: ReadonlyMap<string, string>, minor: 0 | 1): Request['body'] | BadRequest {
  const coding = fields.get('transfer-encoding');
  const length = fields.get('content-length');
  if (coding !== undefined) {
    if (length !== undefined) return bad('Content-Length and Transfer-Encoding exclude each other');
    if (minor === 0) return bad('HTTP/1.0 has no Transfer-Encoding');
    if (coding.toLowerCase() !== 'chunked') return bad('only chunked is understood', 501);
    return { kind: 'chunked' };
  }
  if (length === undefined) return { kind: 'none' };
  const [first = '', ...more] = length.split(',').map((one) => one.trim());
  if (!/^\d{1,15}$/.test(first) || more.some((one) => one !== first))
    return bad('Content-Length is not one number');
  return { kind: 'length', bytes: Number(first) };
}
