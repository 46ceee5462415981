import { TCP, UDP } from './kinds';
import { ipVersion, isMulticast } from './ip';
import type { OptionSpec } from './option-spec';
import { flag, list, parseSwitch, size, text, whole } from './option-spec';

/** A name of an interface as the systems give them. */
const INTERFACE = /^[^\s%/\\;,"]{1,64}$/;

export const UDP_OPTIONS: readonly OptionSpec[] = [
  // UDP only: Node has no call to set the buffers of a TCP socket.
  size('rcvbuf', 'receiveBufferBytes', {
    aliases: ['so-rcvbuf'],
    kinds: UDP,
    constant: 'SO_RCVBUF',
  }),
  size('sndbuf', 'sendBufferBytes', {
    aliases: ['so-sndbuf'],
    kinds: UDP,
    constant: 'SO_SNDBUF',
  }),
  flag('v6only', 'v6only', {
    aliases: ['ipv6-v6only', 'ipv6only'],
    kinds: ['tcp-listen', 'tls-listen', 'udp-listen'],
    constant: 'IPV6_V6ONLY',
  }),
  {
    ...flag('reuseaddr', 'reuseAddress', {
      aliases: ['so-reuseaddr'],
      kinds: ['tcp-listen', 'tls-listen', ...UDP],
      constant: 'SO_REUSEADDR',
    }),
    set(into, value, kind) {
      const on = parseSwitch(value);
      // Node sets SO_REUSEADDR on every TCP listener: `off` could not be kept.
      if (on === null || (!on && TCP.includes(kind))) return false;
      into.reuseAddress = on;
      return true;
    },
  },
  flag('reuseport', 'reusePort', {
    aliases: ['so-reuseport'],
    kinds: ['tcp-listen', 'tls-listen', ...UDP],
    constant: 'SO_REUSEPORT',
    platforms: ['Linux'],
  }),
  flag('broadcast', 'broadcast', {
    aliases: ['so-broadcast'],
    kinds: ['udp', 'udp-listen'],
    constant: 'SO_BROADCAST',
  }),
  whole(
    'ttl',
    'ttl',
    { min: 1, max: 255, example: '64' },
    { aliases: ['ip-ttl', 'ipttl'], kinds: UDP, constant: 'IP_TTL' },
  ),
  whole(
    'mcast-ttl',
    'multicastTtl',
    { min: 0, max: 255, example: '4' },
    {
      aliases: ['ip-multicast-ttl', 'multicast-ttl'],
      kinds: UDP,
      constant: 'IP_MULTICAST_TTL',
    },
  ),
  flag('mcast-loop', 'multicastLoopback', {
    aliases: ['ip-multicast-loop', 'multicast-loop'],
    kinds: UDP,
    constant: 'IP_MULTICAST_LOOP',
  }),
  text('mcast-if', 'multicastInterface', 'eth0', {
    aliases: ['ip-multicast-if', 'multicast-if'],
    kinds: UDP,
    constant: 'IP_MULTICAST_IF',
    good: (value) => ipVersion(value) !== 0 || INTERFACE.test(value),
  }),
  list('join', 'join', '239.1.2.3;239.1.2.4%eth0', group, {
    aliases: ['ip-add-membership', 'membership'],
    kinds: ['udp-listen', 'udp-mcast'],
    constant: 'IP_ADD_MEMBERSHIP',
  }),
  list('source', 'sources', '192.168.1.50', (item) => (plainIp(item) ? item.toLowerCase() : null), {
    aliases: ['ip-add-source-membership'],
    kinds: ['udp-mcast'],
    constant: 'IP_ADD_SOURCE_MEMBERSHIP',
  }),
  list('only-from', 'onlyFrom', '192.168.1.50;192.168.1.51:5000', from, { kinds: UDP }),
];

/** `GROUP` or `GROUP%INTERFACE`; for IPv4 too, where `%` is no part of an address. */
function group(item: string): string | null {
  const percent = item.indexOf('%');
  const address = percent === -1 ? item : item.slice(0, percent);
  if (!isMulticast(address)) return null;
  if (percent === -1) return address.toLowerCase();
  const of = item.slice(percent + 1);
  return ipVersion(of) !== 0 || INTERFACE.test(of) ? `${address.toLowerCase()}%${of}` : null;
}

function plainIp(item: string): boolean {
  return !item.includes('%') && ipVersion(item) !== 0;
}

/** `IP`, `IPV4:PORT` or `[IPV6]:PORT`. */
function from(item: string): string | null {
  if (ipVersion(item) !== 0) return item.toLowerCase();
  const [, bracketed, plain, port = ''] = /^(?:\[(.*)\]|([\d.]+)):(\d{1,5})$/.exec(item) ?? [];
  const host = bracketed ?? plain ?? '';
  const version = bracketed === undefined ? 4 : 6;
  if (ipVersion(host) !== version || Number(port) < 1 || Number(port) > 65_535) return null;
  return bracketed === undefined
    ? `${host}:${Number(port)}`
    : `[${host.toLowerCase()}]:${Number(port)}`;
}
