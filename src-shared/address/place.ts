import { ipVersion, isMulticast } from './ip';
import type { AddressKind, Spelling } from './kinds';
import { exampleOf, listens } from './kinds';
import { AddressProblem } from './problem';
import { readValue } from './quoting';

/** Where: a host and a port, or a path or name on this machine. */
export interface Place {
  host: string | null;
  port: number;
  path: string | null;
}

const LABEL = /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_-]{0,61}[\p{L}\p{M}\p{N}_])?$/u;

/** What `sun_path` of a socket address holds besides its closing NUL (Linux, unix(7)). */
const MAX_PATH_BYTES = 107;
/** The longest name of a Windows pipe, `\\.\pipe\` included (CreateNamedPipe). */
const MAX_PIPE_CHARS = 256;

/** `HOST:PORT`, `[V6]:PORT`, and for listeners `PORT`, `:PORT`, `*:PORT`. */
export function parsePlace(text: string, at: number, kind: AddressKind): Place {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed) {
    const [, host = '', port] = bracketed;
    if (ipVersion(host) !== 6)
      throw new AddressProblem('bad-host', at + 1, `"${host}" is not an IPv6 address`, {
        found: host,
        example: exampleWithV6(kind, 'fe80::1%eth0'),
      });
    return remote(lower(host), parsePort(port ?? '', at + host.length + 3, kind), at + 1, kind);
  }
  const colon = text.lastIndexOf(':');
  if (
    text.indexOf(':') !== colon &&
    (ipVersion(text) === 6 || ipVersion(text.slice(0, colon)) === 6)
  )
    throw new AddressProblem('bare-ipv6', at, 'An IPv6 address goes in brackets', {
      found: text,
      example: exampleWithV6(
        kind,
        ipVersion(text.slice(0, colon)) === 6 ? text.slice(0, colon) : text,
      ),
    });
  const alone = colon === -1;
  const host = alone ? '' : text.slice(0, colon);
  if (alone && !listens(kind) && text !== '' && !/^\d+$/.test(text)) {
    parseHost(text, at, kind);
    parsePort('', at + text.length, kind);
  }
  if (listens(kind) && (host === '' || host === '*')) {
    const port = parsePort(text.slice(colon + 1), at + colon + 1, kind);
    return { host: null, port, path: null };
  }
  const name = parseHost(host, at, kind);
  return remote(name, parsePort(text.slice(colon + 1), at + colon + 1, kind), at, kind);
}

function exampleWithV6(kind: AddressKind, host: string): string {
  return kind === 'udp-mcast' ? exampleOf(kind) : `${kind}:[${host}]:9000`;
}

function remote(host: string, port: number, at: number, kind: AddressKind): Place {
  if (kind === 'udp-mcast' && !isMulticast(host))
    throw new AddressProblem(
      'not-multicast',
      at,
      `"${host}" is not a multicast group; they are 224.0.0.0 to 239.255.255.255 and ff00::/8`,
      { found: host, kind, example: exampleOf(kind) },
    );
  return { host, port, path: null };
}

function parseHost(host: string, at: number, kind: AddressKind): string {
  const example = exampleOf(kind);
  if (host === '' || host === '*')
    throw new AddressProblem('missing-host', at, `${kind} needs a host: a name or an IP address`, {
      found: host,
      kind,
      example,
    });
  const name = host.replace(/\.$/, '');
  const asNumber = /^[\d.]+$/.test(name);
  const good = asNumber
    ? ipVersion(host) === 4
    : name.length <= 253 && name.split('.').every((label) => LABEL.test(label));
  if (!good) {
    const what = asNumber ? 'an IPv4 address' : 'a host name';
    throw new AddressProblem('bad-host', at, `"${host}" is not ${what}`, {
      found: host,
      kind,
      example,
    });
  }
  return lower(host);
}

/** Names and addresses do not tell upper from lower case; the names of interfaces do. */
export function lower(host: string): string {
  const percent = host.indexOf('%');
  return percent === -1
    ? host.toLowerCase()
    : host.slice(0, percent).toLowerCase() + host.slice(percent);
}

function parsePort(text: string, at: number, kind: AddressKind): number {
  const example = exampleOf(kind);
  const min = listens(kind) ? 0 : 1;
  if (text === '')
    throw new AddressProblem('missing-port', at, 'The port is missing', {
      found: '',
      kind,
      example,
    });
  const port = Number(text);
  if (/^\d{1,20}$/.test(text) && port >= min && port <= 65_535) return port;
  const what =
    port === 0 ? 'Port 0 (chosen by the system) is for listening' : `"${text}" is not a port`;
  throw new AddressProblem('bad-port', at, `${what}; ports are ${min} to 65535`, {
    found: text,
    kind,
    min,
    max: 65_535,
    example,
  });
}

/** The path of a Unix socket, `@NAME` of an abstract one, or the name of a pipe. */
export function parseLocal(text: string, at: number, { kind, abstract }: Spelling): Place {
  const pipe = kind === 'pipe' || kind === 'pipe-listen';
  const example = exampleOf(kind);
  const values = { found: text, kind, example };
  const written = readValue(text, at, values);
  const path = pipe
    ? written.replace(/^(?:\\\\|\/\/)?\.[\\/]pipe[\\/]/i, '')
    : abstract
      ? `@${written}`
      : written;
  if (path === '' || path === '@') {
    const what = pipe ? 'the name of a pipe' : 'a path';
    throw new AddressProblem('missing-path', at, `${kind} needs ${what}`, { ...values, found: '' });
  }
  const bad = pipe ? /[\\\0]/.exec(path) : /\0/.exec(path);
  if (bad)
    throw new AddressProblem(
      'bad-path',
      at,
      pipe
        ? 'The name of a pipe has no backslash and no NUL in it'
        : 'A path has no NUL in it; an abstract name is written @NAME',
      { ...values, found: path.replaceAll('\0', '\\x00') },
    );
  const length = pipe ? path.length + 9 : new TextEncoder().encode(path).byteLength;
  const max = pipe ? MAX_PIPE_CHARS : MAX_PATH_BYTES;
  if (length > max)
    throw new AddressProblem(
      'path-too-long',
      at,
      `The path has ${length} ${pipe ? 'characters' : 'bytes'}, a socket's may have ${max}`,
      { ...values, min: length, max },
    );
  return { host: null, port: 0, path };
}
