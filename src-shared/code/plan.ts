import { formatAddress, type Address } from '../address/address';
import { ipVersion } from '../address/ip';
import type { AddressOptions } from '../address/address-options';
import { parseText } from '../payload/text';
import { optionValues } from '../address/options';

export const codeLanguages = ['python', 'node', 'c', 'ncat', 'socat', 'wirebench'] as const;
export type CodeLanguage = (typeof codeLanguages)[number];

/** One turn of a conversation: what is sent, or what the other side is expected to send. */
export interface CodeStep {
  kind: 'send' | 'expect';
  bytes: Uint8Array;
}

export interface CodeRequest {
  address: Address;
  steps: readonly CodeStep[];
  language: CodeLanguage;
}

/** Why there is no such code; the window and the command line have the sentence. */
export type CodeRefusal =
  /** The language has no TLS without another library. */
  | 'no-tls'
  /** Windows named pipes are not reachable from it. */
  | 'no-pipe'
  /** More than MAX_CODE_BYTES of payload. */
  | 'too-much'
  /** It cannot be trusted to send that many bytes as one datagram, or none at all. */
  | 'datagram-size'
  /** One argument of a command cannot be that long. */
  | 'argument-size';

export type GeneratedCode =
  { ok: true; text: string; fileName: string; run: string } | { ok: false; why: CodeRefusal };

/** More would be a program nobody can read, and a clipboard nobody wants. */
export const MAX_CODE_BYTES = 256 * 1024;

/** How long the programs wait for more before they end, unless `idle-timeout` says otherwise. */
const SILENCE_MS = 10_000;

type OptionKey = keyof AddressOptions;

/** An integer option, the same call in Python and C. */
export interface IntOption {
  key: OptionKey;
  level: string;
  name: string;
  value: number;
}

interface Membership {
  group: string;
  interface: string | null;
  source: string | null;
}

/** An address taken apart into what every generator needs. */
export interface CodePlan {
  /** The canonical address. */
  text: string;
  transport: 'tcp' | 'udp' | 'unix' | 'pipe';
  tls: boolean;
  listens: boolean;
  multicast: boolean;
  host: string | null;
  port: number;
  /** Without the `@` of an abstract name. */
  path: string;
  abstract: boolean;
  /** Null: either. */
  family: 4 | 6 | null;
  /** Where to dial from; null when it does not matter. */
  from: { host: string | null; port: number } | null;
  options: AddressOptions;
  /** To be set before bind and connect, and after. */
  early: readonly IntOption[];
  late: readonly IntOption[];
  memberships: readonly Membership[];
  silenceMs: number;
  /** What a listener says to each client first. */
  greeting: Uint8Array | null;
}

export function planOf(address: Address): CodePlan {
  const { kind, host } = address;
  const { idleTimeoutMs, ...others } = address.options;
  // What is off is as if it had not been given.
  const options: AddressOptions = idleTimeoutMs ? { ...others, idleTimeoutMs } : others;
  const base = kind.replace(/-(?:listen|mcast)$/, '');
  const transport = base === 'udp' || base === 'unix' || base === 'pipe' ? base : 'tcp';
  const path = address.path ?? '';
  const from =
    options.bind === undefined && options.sourcePort === undefined
      ? null
      : { host: options.bind ?? null, port: options.sourcePort ?? 0 };
  const known = ipVersion(host ?? '') || ipVersion(options.bind ?? '') || null;
  const family = address.family ?? known ?? (options.v6only === true ? 6 : null);
  return {
    text: formatAddress(address),
    ...{ transport, tls: base === 'tls', listens: kind.endsWith('-listen') },
    ...{ multicast: kind === 'udp-mcast', host, port: address.port, family, from, options },
    path: transport === 'unix' ? path.replace(/^@/, '') : path,
    abstract: transport === 'unix' && path.startsWith('@'),
    early: earlyOptions(options, kind, family),
    late: transport === 'tcp' ? streamOptions(options) : [],
    memberships: memberships(address),
    silenceMs: options.idleTimeoutMs ?? SILENCE_MS,
    greeting: greetingOf(options),
  };
}

function greetingOf({ greeting, onAccept }: AddressOptions): Uint8Array | null {
  if (greeting === undefined || (onAccept !== undefined && onAccept !== 'greet')) return null;
  const parsed = parseText(greeting, { escapes: true, lineEnding: 'none' });
  return parsed.ok ? parsed.bytes : null;
}

function flag(key: OptionKey, level: string, name: string, on: boolean | undefined): IntOption[] {
  return on === undefined ? [] : [{ key, level, name, value: on ? 1 : 0 }];
}

function figure(key: OptionKey, level: string, name: string, value?: number): IntOption[] {
  return value === undefined ? [] : [{ key, level, name, value }];
}

function earlyOptions(
  options: AddressOptions,
  kind: Address['kind'],
  family: 4 | 6 | null,
): IntOption[] {
  const six = family === 6;
  const ip = six ? 'IPPROTO_IPV6' : 'IPPROTO_IP';
  const shares = kind === 'tcp-listen' || kind === 'tls-listen' || kind === 'udp-mcast';
  return [
    ...flag('reuseAddress', 'SOL_SOCKET', 'SO_REUSEADDR', shares ? true : options.reuseAddress),
    ...flag('reusePort', 'SOL_SOCKET', 'SO_REUSEPORT', options.reusePort),
    ...figure('receiveBufferBytes', 'SOL_SOCKET', 'SO_RCVBUF', options.receiveBufferBytes),
    ...figure('sendBufferBytes', 'SOL_SOCKET', 'SO_SNDBUF', options.sendBufferBytes),
    ...flag('v6only', 'IPPROTO_IPV6', 'IPV6_V6ONLY', options.v6only),
    ...flag('broadcast', 'SOL_SOCKET', 'SO_BROADCAST', options.broadcast),
    ...figure('ttl', ip, six ? 'IPV6_UNICAST_HOPS' : 'IP_TTL', options.ttl),
    ...figure(
      'multicastTtl',
      ip,
      six ? 'IPV6_MULTICAST_HOPS' : 'IP_MULTICAST_TTL',
      options.multicastTtl,
    ),
    ...flag(
      'multicastLoopback',
      ip,
      six ? 'IPV6_MULTICAST_LOOP' : 'IP_MULTICAST_LOOP',
      options.multicastLoopback,
    ),
  ];
}

function streamOptions({ nodelay, keepaliveMs }: AddressOptions): IntOption[] {
  const idle = typeof keepaliveMs === 'number' ? Math.floor(keepaliveMs / 1000) : undefined;
  return [
    ...flag('nodelay', 'IPPROTO_TCP', 'TCP_NODELAY', nodelay),
    ...flag(
      'keepaliveMs',
      'SOL_SOCKET',
      'SO_KEEPALIVE',
      keepaliveMs === undefined ? undefined : keepaliveMs !== false,
    ),
    ...figure('keepaliveMs', 'IPPROTO_TCP', 'TCP_KEEPIDLE', idle),
  ];
}

/** The group of `udp-mcast`, with each of its sources, and every group of `join`. */
function memberships({ kind, host, options }: Address): Membership[] {
  const chosen = options.multicastInterface ?? null;
  const own: Membership[] =
    kind !== 'udp-mcast' || host === null
      ? []
      : (options.sources ?? [null]).map((source) => ({ group: host, interface: chosen, source }));
  const more = (options.join ?? []).map((text) => {
    const [group = '', scope] = text.split('%');
    return { group, interface: scope ?? chosen, source: null };
  });
  return [...own, ...more];
}

/** The options a program does not have, as they stand in the address. */
export function notIn(plan: CodePlan, handled: readonly OptionKey[]): string[] {
  const rest = { ...plan.options };
  for (const key of handled) delete rest[key];
  for (const { key } of [...plan.early, ...plan.late]) delete rest[key];
  return optionValues(rest).map(({ name, value }) => (value === '' ? name : `${name}=${value}`));
}
