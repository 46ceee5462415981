import { ipVersion } from './ip';
import type { AddressKind, AddressOptions } from './options';
import { exampleOf, formatOptions, parseOption } from './options';
import type { AddressError } from './problem';
import { AddressProblem, nearest } from './problem';

/** What to open: an address of the grammar of `docs/addresses.md`, understood. */
export interface Address {
  kind: AddressKind;
  /** A name or an IP address without brackets, with its `%scope`; null: all addresses. */
  host: string | null;
  /** 0: chosen by the system, for listeners. */
  port: number;
  /** What `tcp4`, `udp6` and so on ask for; null: either. */
  family: 4 | 6 | null;
  options: AddressOptions;
}

export type ParsedAddress = { ok: true; address: Address } | { ok: false; error: AddressError };

type Spelling = Pick<Address, 'kind' | 'family'>;
type Place = Pick<Address, 'host' | 'port'>;

const KINDS = new Map<string, Spelling>(
  ([null, 4, 6] as const).flatMap((family): [string, Spelling][] => {
    const version = family ?? '';
    return [
      [`tcp${version}`, { kind: 'tcp', family }],
      [`tcp${version}-connect`, { kind: 'tcp', family }],
      [`tcp${version}-listen`, { kind: 'tcp-listen', family }],
      [`tcp${version}-l`, { kind: 'tcp-listen', family }],
      [`udp${version}`, { kind: 'udp', family }],
      [`udp${version}-connect`, { kind: 'udp', family }],
      [`udp${version}-listen`, { kind: 'udp-listen', family }],
      [`udp${version}-l`, { kind: 'udp-listen', family }],
    ];
  }),
);

/** Of the grammar, but not in this version; with what to say instead of the kind. */
const NOT_BUILT = new Map([
  ...['tls', 'ssl', 'openssl'].flatMap((name): [string, string][] => [
    [name, 'TLS'],
    [`${name}-connect`, 'TLS'],
    [`${name}-listen`, 'A TLS listener'],
  ]),
  ['unix', 'A Unix socket'],
  ['unix-connect', 'A Unix socket'],
  ['unix-listen', 'A Unix socket listener'],
  ['pipe', 'A named pipe'],
  ['pipe-listen', 'A named pipe listener'],
  ['udp-mcast', 'UDP multicast'],
]);

const LABEL = /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_-]{0,61}[\p{L}\p{M}\p{N}_])?$/u;

/**
 * Understands `tcp:HOST:PORT`, `tcp-listen:[BIND:]PORT`, `udp:HOST:PORT`, `udp-listen:[BIND:]PORT`,
 * each also as a URL and with options after commas; bare `HOST:PORT` dials TCP, bare `PORT` listens.
 * Never throws.
 */
export function parseAddress(text: string): ParsedAddress {
  try {
    return { ok: true, address: parse(text) };
  } catch (thrown) {
    if (thrown instanceof AddressProblem) return { ok: false, error: thrown.error };
    throw thrown;
  }
}

/** The canonical spelling; `parseAddress` gives the same address back. */
export function formatAddress({ kind, host, port, family, options }: Address): string {
  const name = family === null ? kind : kind.replace(/^(tcp|udp)/, `$1${family}`);
  const place = host === null ? '' : host.includes(':') ? `[${host}]:` : `${host}:`;
  return `${name}:${place}${port}${formatOptions(options)}`;
}

function parse(text: string): Address {
  const body = text.trim();
  const start = text.length - text.trimStart().length;
  if (body === '')
    throw new AddressProblem('empty', 0, 'The address is empty', {
      found: '',
      example: exampleOf('tcp-listen'),
    });
  const [head = '', ...tail] = body.split(',');
  const { spelling, skip } = splitKind(head.trimEnd(), start);
  const rest = head.trimEnd().slice(skip).replace(/\/$/, '');
  const place = parsePlace(rest, start + skip, spelling.kind);
  const options: AddressOptions = {};
  let at = start + head.length + 1;
  for (const part of tail) {
    parseOption(options, part, at, spelling.kind);
    at += part.length + 1;
  }
  return reconcile({ ...spelling, ...place, options }, start, start + skip);
}

/** The kind, and how many characters name it. */
function splitKind(head: string, at: number): { spelling: Spelling; skip: number } {
  const match = /^([a-z][a-z0-9-]*):(\/\/)?/i.exec(head);
  const name = match?.[1]?.toLowerCase() ?? '';
  const spelling = KINDS.get(name);
  if (match && spelling) return { spelling, skip: match[0].length };
  const notBuilt = NOT_BUILT.get(name);
  if (match && notBuilt !== undefined)
    throw new AddressProblem('not-built', at, `${notBuilt} (${name}) is not in this version yet`, {
      found: name,
      kind: name,
      example: exampleOf(name.endsWith('-listen') ? 'tcp-listen' : 'tcp'),
    });
  const known = ipVersion(head) === 6;
  if (match && !known && (match[2] !== undefined || head.slice(match[0].length).includes(':'))) {
    const like = nearest(name, [...KINDS.keys()]);
    const hint =
      like === undefined ? 'it is tcp, tcp-listen, udp or udp-listen' : `did you mean "${like}"?`;
    throw new AddressProblem('unknown-kind', at, `There is no kind of address "${name}"; ${hint}`, {
      found: name,
      kind: name,
      ...(like === undefined ? {} : { nearest: like }),
      example: exampleOf(KINDS.get(like ?? '')?.kind ?? 'tcp'),
    });
  }
  const kind = /^(?:\*?:)?\d+$/.test(head) ? 'tcp-listen' : 'tcp';
  return { spelling: { kind, family: null }, skip: 0 };
}

function listens(kind: AddressKind): boolean {
  return kind === 'tcp-listen' || kind === 'udp-listen';
}

/** `HOST:PORT`, `[V6]:PORT`, and for listeners `PORT`, `:PORT`, `*:PORT`. */
function parsePlace(text: string, at: number, kind: AddressKind): Place {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed) {
    const [, host = '', port] = bracketed;
    if (ipVersion(host) !== 6)
      throw new AddressProblem('bad-host', at + 1, `"${host}" is not an IPv6 address`, {
        found: host,
        example: `${kind}:[fe80::1%eth0]:9000`,
      });
    return { host: lower(host), port: parsePort(port ?? '', at + host.length + 3, kind) };
  }
  const colon = text.lastIndexOf(':');
  if (
    text.indexOf(':') !== colon &&
    (ipVersion(text) === 6 || ipVersion(text.slice(0, colon)) === 6)
  )
    throw new AddressProblem('bare-ipv6', at, 'An IPv6 address goes in brackets', {
      found: text,
      example: `${kind}:[${ipVersion(text.slice(0, colon)) === 6 ? text.slice(0, colon) : text}]:9000`,
    });
  const alone = colon === -1;
  const host = alone ? '' : text.slice(0, colon);
  if (alone && !listens(kind) && text !== '' && !/^\d+$/.test(text)) {
    parseHost(text, at, kind);
    parsePort('', at + text.length, kind);
  }
  if (listens(kind) && (host === '' || host === '*'))
    return { host: null, port: parsePort(text.slice(colon + 1), at + colon + 1, kind) };
  return {
    host: parseHost(host, at, kind),
    port: parsePort(text.slice(colon + 1), at + colon + 1, kind),
  };
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
function lower(host: string): string {
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

/** What only the whole tells: `bind` of a listener is its host, and the IP versions must agree. */
function reconcile(address: Address, start: number, at: number): Address {
  const { kind, host, family } = address;
  const { bind, ...others } = address.options;
  if (listens(kind) && bind !== undefined) {
    if (host !== null)
      throw new AddressProblem(
        'duplicate-option',
        at,
        `"bind" is given twice: ${host} and ${bind}`,
        {
          found: host,
          option: 'bind',
          example: exampleOf(kind, `bind=${bind}`),
        },
      );
    return reconcile({ ...address, host: lower(bind), options: others }, start, at);
  }
  const wanted = family ?? (others.v6only === true ? 6 : null);
  const versions = [ipVersion(host ?? ''), ipVersion(bind ?? ''), wanted ?? 0].filter(
    (v) => v !== 0,
  );
  if (new Set(versions).size > 1 || (family === 4 && others.v6only === true))
    throw new AddressProblem('wrong-family', start, 'IPv4 and IPv6 are mixed in one address', {
      found: formatAddress(address),
      example: exampleOf(kind),
    });
  return address;
}
