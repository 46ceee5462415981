import { ipVersion } from './ip';
import { AddressProblem, nearest } from './problem';
import { formatSize, formatTime, parseSize, parseTime } from './quantity';

export type AddressKind = 'tcp' | 'tcp-listen' | 'udp' | 'udp-listen';

export interface AddressOptions {
  /** The local IP address to dial or send from; listeners have theirs as the host. */
  bind?: string;
  /** The local port to dial or send from. */
  sourcePort?: number;
  backlog?: number;
  connectTimeoutMs?: number;
  nodelay?: boolean;
  /** Idle time before the first probe, or off. */
  keepaliveMs?: number | false;
  /** Stay open for sending after the peer's FIN. */
  halfOpen?: boolean;
  receiveBufferBytes?: number;
  sendBufferBytes?: number;
  v6only?: boolean;
  reuseAddress?: boolean;
}

interface OptionSpec {
  name: string;
  aliases: readonly string[];
  kinds: readonly AddressKind[];
  /** As it is written in an address that works. */
  example: string;
  /** `value` null: written without `=`. False: not a value of this option. */
  set(into: AddressOptions, value: string | null, kind: AddressKind): boolean;
  /** Null: not set. */
  show(from: AddressOptions): string | null;
}

const TCP: readonly AddressKind[] = ['tcp', 'tcp-listen'];
const UDP: readonly AddressKind[] = ['udp', 'udp-listen'];
const ON = /^(?:on|yes|true|1)$/i;
const OFF = /^(?:off|no|false|0)$/i;

/** In the order in which `formatAddress` writes them. */
const OPTIONS: readonly OptionSpec[] = [
  {
    name: 'bind',
    aliases: [],
    kinds: [...TCP, ...UDP],
    example: 'bind=192.168.1.20',
    set(into, value) {
      const address = /^\[(.*)\]$/.exec(value ?? '')?.[1] ?? value ?? '';
      if (ipVersion(address) === 0) return false;
      into.bind = address;
      return true;
    },
    show: ({ bind }) =>
      bind === undefined ? null : `bind=${bind.includes(':') ? `[${bind}]` : bind}`,
  },
  number('sourceport', ['source-port', 'sp'], ['tcp', 'udp'], 'sourcePort', 65_535, '5000'),
  number('backlog', [], ['tcp-listen'], 'backlog', 2 ** 31 - 1, '128'),
  {
    name: 'connect-timeout',
    aliases: [],
    kinds: ['tcp'],
    example: 'connect-timeout=500ms',
    set(into, value) {
      const ms = parseTime(value ?? '');
      if (ms === null || ms === 0) return false;
      into.connectTimeoutMs = ms;
      return true;
    },
    show: ({ connectTimeoutMs: ms }) =>
      ms === undefined ? null : `connect-timeout=${formatTime(ms)}`,
  },
  flag('nodelay', ['tcp-nodelay'], TCP, 'nodelay'),
  {
    name: 'keepalive',
    aliases: ['so-keepalive'],
    kinds: TCP,
    example: 'keepalive=30s',
    set(into, value) {
      const ms = OFF.test(value ?? '') ? false : parseTime(value ?? '');
      // The system counts whole seconds; less than one would silently mean its default of 2 h.
      if (ms === null || (ms !== false && ms < 1000)) return false;
      into.keepaliveMs = ms;
      return true;
    },
    show({ keepaliveMs: ms }) {
      if (ms === undefined) return null;
      return `keepalive=${ms === false ? 'off' : formatTime(ms)}`;
    },
  },
  flag('half-open', [], TCP, 'halfOpen'),
  size('rcvbuf', ['so-rcvbuf'], 'receiveBufferBytes'),
  size('sndbuf', ['so-sndbuf'], 'sendBufferBytes'),
  flag('v6only', ['ipv6-v6only', 'ipv6only'], ['tcp-listen', 'udp-listen'], 'v6only'),
  flag('reuseaddr', ['so-reuseaddr'], ['tcp-listen', ...UDP], 'reuseAddress'),
];

function flag(
  name: string,
  aliases: readonly string[],
  kinds: readonly AddressKind[],
  key: 'nodelay' | 'halfOpen' | 'v6only' | 'reuseAddress',
): OptionSpec {
  return {
    name,
    aliases,
    kinds,
    example: name,
    set(into, value, kind) {
      const on = value === null || ON.test(value);
      if (!on && !OFF.test(value)) return false;
      // Node sets SO_REUSEADDR on every TCP listener: `off` could not be kept.
      if (!on && key === 'reuseAddress' && kind === 'tcp-listen') return false;
      into[key] = on;
      return true;
    },
    show: ({ [key]: on }) => (on === undefined ? null : on ? name : `${name}=off`),
  };
}

function number(
  name: string,
  aliases: readonly string[],
  kinds: readonly AddressKind[],
  key: 'sourcePort' | 'backlog',
  max: number,
  example: string,
): OptionSpec {
  return {
    name,
    aliases,
    kinds,
    example: `${name}=${example}`,
    set(into, value) {
      if (!/^\d{1,10}$/.test(value ?? '') || Number(value) > max) return false;
      into[key] = Number(value);
      return true;
    },
    show: ({ [key]: value }) => (value === undefined ? null : `${name}=${value}`),
  };
}

/** UDP only: Node has no call to set the buffers of a TCP socket. */
function size(
  name: string,
  aliases: readonly string[],
  key: 'receiveBufferBytes' | 'sendBufferBytes',
): OptionSpec {
  return {
    name,
    aliases,
    kinds: UDP,
    example: `${name}=4MiB`,
    set(into, value) {
      const bytes = parseSize(value ?? '');
      if (bytes === null || bytes === 0) return false;
      into[key] = bytes;
      return true;
    },
    show: ({ [key]: bytes }) => (bytes === undefined ? null : `${name}=${formatSize(bytes)}`),
  };
}

/** An address of that kind that works, to be shown beside an error. */
export function exampleOf(kind: AddressKind, option?: string): string {
  const plain = {
    tcp: '192.168.1.50:502',
    'tcp-listen': '9000',
    udp: '192.168.1.50:5000',
    'udp-listen': '9000',
  };
  return `${kind}:${plain[kind]}${option === undefined ? '' : `,${option}`}`;
}

/** One option, spaces around it allowed. `at` is where `text` begins in the whole address. */
export function parseOption(
  into: AddressOptions,
  text: string,
  at: number,
  kind: AddressKind,
): void {
  const start = at + text.length - text.trimStart().length;
  const equals = text.indexOf('=');
  const name = (equals === -1 ? text : text.slice(0, equals)).trim();
  const value = equals === -1 ? null : text.slice(equals + 1).trim();
  const spec = find(name, start, kind);
  const option = spec.name;
  if (!spec.kinds.includes(kind))
    throw new AddressProblem('option-not-here', start, `"${name}" does not apply to ${kind}`, {
      found: name,
      option,
      kind,
      example: exampleOf(spec.kinds[0] ?? 'tcp', spec.example),
    });
  if (spec.show(into) !== null)
    throw new AddressProblem('duplicate-option', start, `"${name}" is given twice`, {
      found: name,
      option,
      example: exampleOf(kind, spec.example),
    });
  if (spec.set(into, value, kind)) return;
  const sentence =
    value === null ? `"${name}" needs a value` : `"${value}" is not a value of "${name}"`;
  throw new AddressProblem('bad-option-value', equals === -1 ? start : at + equals + 1, sentence, {
    found: value ?? name,
    option,
    kind,
    example: exampleOf(kind, spec.example),
  });
}

function find(name: string, at: number, kind: AddressKind): OptionSpec {
  const wanted = name.toLowerCase();
  const spec = OPTIONS.find((one) => one.name === wanted || one.aliases.includes(wanted));
  if (spec) return spec;
  const here = OPTIONS.filter((one) => one.kinds.includes(kind));
  const like = nearest(
    wanted,
    here.map((one) => one.name),
  );
  const known = here.map((one) => one.name).join(', ');
  const sentence =
    wanted === 'fork'
      ? 'There is no option "fork": a listener serves every client anyway, so leave it out'
      : name === ''
        ? 'An option is missing after the comma'
        : `There is no option "${name}"; ${like === undefined ? `${kind} has ${known}` : `did you mean "${like}"?`}`;
  throw new AddressProblem('unknown-option', at, sentence, {
    found: name === '' ? ',' : name,
    option: name,
    kind,
    ...(like === undefined ? {} : { nearest: like }),
    example: exampleOf(kind, here.find((one) => one.name === like)?.example),
  });
}

/** `,option=value` for all that are set. */
export function formatOptions(options: AddressOptions): string {
  return OPTIONS.flatMap((spec) => spec.show(options) ?? [])
    .map((text) => `,${text}`)
    .join('');
}
