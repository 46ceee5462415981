import type { AddressOptions } from './address-options';
import { ipVersion } from './ip';
import type { AddressKind, Spelling } from './kinds';
import { DIALS, KINDS, LISTENERS, exampleOf, isLocal, listens } from './kinds';
import { formatOptions, parseOption } from './options';
import { lower, parseLocal, parsePlace } from './place';
import type { AddressError } from './problem';
import { meantKind } from './meant';
import { nearest } from './nearest';
import { AddressProblem } from './problem';
import { splitParts, writeValue } from './quoting';

/** What to open: an address of the grammar of `docs/addresses.md`, understood. */
export interface Address {
  kind: AddressKind;
  /** A name or an IP address without brackets, with its `%scope`; null: all addresses, or none. */
  host: string | null;
  /** 0: chosen by the system, for listeners; without meaning for local sockets. */
  port: number;
  /**
   * Of local sockets: the path of a Unix socket, `@NAME` for an abstract one of Linux, or the name
   * of a pipe without `\\.\pipe\`. Null for all others.
   */
  path: string | null;
  /** What `tcp4`, `udp6` and so on ask for; null: either. */
  family: 4 | 6 | null;
  options: AddressOptions;
}

export type ParsedAddress = { ok: true; address: Address } | { ok: false; error: AddressError };

/**
 * Understands every kind of `docs/addresses.md`, as `tcp:HOST:PORT`, as a URL and with options after
 * commas; bare `HOST:PORT` dials TCP, bare `PORT` listens. Never throws.
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
export function formatAddress({ kind, host, port, path, family, options }: Address): string {
  const name = family === null ? kind : kind.replace(/^(tcp|udp|tls)/, `$1${family}`);
  const tail = formatOptions(options);
  if (path !== null) return `${name}:${writePath(path)}${tail}`;
  const place = host === null ? '' : host.includes(':') ? `[${host}]:` : `${host}:`;
  return `${name}:${place}${port}${tail}`;
}

/** `//` before a path would read as that of a URL, and a pipe's prefix as that of the system. */
function writePath(path: string): string {
  const written = writeValue(path);
  const misread = /^(?:\/\/|(?:\\\\)?\.[\\/]pipe[\\/])/i.test(written);
  return misread ? `"${written.replaceAll('\\', '\\\\')}"` : written;
}

/** Options alone, as they stand after the commas of an address of that kind. */
export function parseOptions(
  text: string,
  kind: AddressKind,
): { ok: true; options: AddressOptions } | { ok: false; error: AddressError } {
  try {
    const options: AddressOptions = {};
    if (text.trim() !== '') for (const part of splitParts(text)) parseOption(options, part, kind);
    return { ok: true, options };
  } catch (thrown) {
    if (thrown instanceof AddressProblem) return { ok: false, error: thrown.error };
    throw thrown;
  }
}

/** The listener as a relay to that target, which must be of a kind that fits. Never throws. */
export function relayingTo(listener: Address, target: string): ParsedAddress {
  try {
    const options: AddressOptions = { ...listener.options, behave: 'relay', relayTo: target };
    return { ok: true, address: withTarget({ ...listener, options }, 0) };
  } catch (thrown) {
    if (thrown instanceof AddressProblem) return { ok: false, error: thrown.error };
    throw thrown;
  }
}

function parse(text: string): Address {
  const body = text.trim();
  const start = text.length - text.trimStart().length;
  if (body === '')
    throw new AddressProblem('empty', 0, 'The address is empty', {
      found: '',
      example: exampleOf('tcp-listen'),
    });
  const [first, ...tail] = splitParts(body);
  const head = first?.text.trimEnd() ?? '';
  const { spelling, skip } = splitKind(head, start);
  const { kind, family } = spelling;
  const rest = head.slice(skip);
  const place = isLocal(kind)
    ? parseLocal(rest, start + skip, spelling)
    : parsePlace(rest.replace(/\/$/, ''), start + skip, kind);
  const options: AddressOptions = {};
  for (const part of tail) parseOption(options, { ...part, at: part.at + start }, kind);
  const address = reconcile({ kind, family, ...place, options }, start, start + skip);
  const relayed = tail.find((part) => /^\s*relay-to\b/i.test(part.text));
  return withTarget(address, start + (relayed?.at ?? skip));
}

/** `relay-to` makes a relay of a listener; its target is an address of its own, one that it can dial. */
function withTarget(address: Address, at: number): Address {
  const { kind, options } = address;
  const { behave, relayTo } = options;
  if (relayTo === undefined && behave !== 'relay') return address;
  const target = kind === 'udp-listen' ? 'udp:192.168.1.50:5000' : 'tcp:192.168.1.50:502';
  const example = exampleOf(kind, `relay-to=${target}`);
  const values = { found: relayTo ?? '', option: 'relay-to', kind, example };
  if (behave !== undefined && behave !== 'relay')
    throw new AddressProblem('bad-option-value', at, `behave=${behave} does not relay`, {
      ...values,
      found: behave,
    });
  if (relayTo === undefined)
    throw new AddressProblem('bad-relay-target', at, 'A relay needs relay-to=ADDRESS', values);
  const parsed = parseAddress(relayTo);
  const fits = kind === 'udp-listen' ? ['udp'] : LISTENERS.includes(kind) ? DIALS : [];
  if (!parsed.ok || !fits.includes(parsed.address.kind)) {
    const why = parsed.ok
      ? `${kind} relays to ${fits.join(', ') || 'nothing'}, not to ${parsed.address.kind}`
      : parsed.error.message.replace(/(?: \(at character \d+\))?\. Example: .*$/s, '');
    throw new AddressProblem('bad-relay-target', at, `The target of the relay: ${why}`, values);
  }
  return {
    ...address,
    options: { ...options, behave: 'relay', relayTo: formatAddress(parsed.address) },
  };
}

/** The kind, and how many characters name it. */
function splitKind(head: string, at: number): { spelling: Spelling; skip: number } {
  const match = /^([a-z][a-z0-9-]*):(\/\/)?/i.exec(head);
  const name = match?.[1]?.toLowerCase() ?? '';
  const spelling = KINDS.get(name);
  if (match && spelling) return { spelling, skip: match[0].length };
  const known = ipVersion(head) === 6;
  if (match && !known && (match[2] !== undefined || head.slice(match[0].length).includes(':'))) {
    const like = meantKind(name) ?? nearest(name, [...KINDS.keys()]);
    const hint =
      like === undefined
        ? 'it is tcp, tls, udp, unix or pipe, each also with -listen, or udp-mcast'
        : `did you mean "${like}"?`;
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

/** What only the whole tells: options that need each other, and IP versions that must agree. */
function reconcile(address: Address, start: number, at: number): Address {
  const { kind, host } = address;
  const { bind, ...others } = address.options;
  if (others.onAccept === 'greet' && others.greeting === undefined)
    throw new AddressProblem('bad-option-value', at, 'on-accept=greet needs a greeting', {
      found: 'greet',
      option: 'on-accept',
      kind,
      example: exampleOf(kind, 'on-accept=greet,greeting="220 ready\\r\\n"'),
    });
  if (listens(kind) && bind !== undefined) {
    if (host !== null)
      throw new AddressProblem(
        'duplicate-option',
        at,
        `"bind" is given twice: ${host} and ${bind}`,
        { found: host, option: 'bind', example: exampleOf(kind, `bind=${bind}`) },
      );
    return reconcile({ ...address, host: lower(bind), options: others }, start, at);
  }
  checkFamily(address, start);
  return address;
}

function checkFamily(address: Address, start: number): void {
  const { kind, host, family, options } = address;
  const wanted = family ?? (options.v6only === true ? 6 : null);
  const groups = (options.join ?? []).map((join) => join.replace(/%.*/, ''));
  const literals = [host ?? '', options.bind ?? '', ...groups, ...(options.sources ?? [])];
  const versions = new Set([...literals.map(ipVersion), wanted ?? 0].filter((v) => v !== 0));
  if (versions.size < 2 && !(family === 4 && options.v6only === true)) return;
  throw new AddressProblem('wrong-family', start, 'IPv4 and IPv6 are mixed in one address', {
    found: formatAddress(address),
    example: exampleOf(kind),
  });
}
