import { BEHAVIOURS, DATAGRAM_BEHAVIOURS } from '../contract/behaviour';
import { formatSize, formatTime, parseRate, parseTime } from './quantity';
import type { AddressKind } from './kinds';
import { DIALS, LISTENERS, STREAMS, TCP, UDP } from './kinds';
import { ipVersion } from './ip';
import type { OptionSpec } from './option-spec';
import { choice, escapedText, flag, list, parseSwitch, text, time, whole } from './option-spec';

const MAX_INT = 2 ** 31 - 1;

/** Of sockets of several kinds: where they bind. In the order in which they are written. */
export const BIND_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'bind',
    aliases: [],
    kinds: [...TCP, 'udp', 'udp-listen'],
    form: 'text',
    constant: 'bind()',
    example: 'bind=192.168.1.20',
    set(into, value) {
      const address = /^\[(.*)\]$/.exec(value ?? '')?.[1] ?? value ?? '';
      if (ipVersion(address) === 0) return false;
      into.bind = address;
      return true;
    },
    show: ({ bind }) => (bind === undefined ? null : bind.includes(':') ? `[${bind}]` : bind),
  },
  whole(
    'sourceport',
    'sourcePort',
    { min: 0, max: 65_535, example: '5000' },
    { aliases: ['source-port', 'sp'], kinds: ['tcp', 'tls', 'udp'], constant: 'bind()' },
  ),
];

export const STREAM_OPTIONS: readonly OptionSpec[] = [
  whole(
    'backlog',
    'backlog',
    { min: 0, max: MAX_INT, example: '128' },
    { kinds: LISTENERS, constant: 'listen()' },
  ),
  time('connect-timeout', 'connectTimeoutMs', '500ms', { kinds: DIALS }),
  flag('nodelay', 'nodelay', {
    aliases: ['tcp-nodelay'],
    kinds: TCP,
    constant: 'TCP_NODELAY',
  }),
  {
    name: 'keepalive',
    aliases: ['so-keepalive', 'keepidle', 'tcp-keepidle'],
    kinds: TCP,
    form: 'time',
    constant: 'SO_KEEPALIVE, TCP_KEEPIDLE',
    example: 'keepalive=30s',
    set(into, value) {
      const ms = value !== null && parseSwitch(value) === false ? false : parseTime(value ?? '');
      // The system counts whole seconds; less than one would silently mean its default of 2 h.
      if (ms === null || (ms !== false && ms < 1000)) return false;
      into.keepaliveMs = ms;
      return true;
    },
    show: ({ keepaliveMs: ms }) =>
      ms === undefined ? null : ms === false ? 'off' : formatTime(ms),
  },
  flag('half-open', 'halfOpen', { kinds: STREAMS }),
  flag('paused', 'paused', { kinds: STREAMS }),
  time('reconnect', 'reconnectMs', '1s', { kinds: STREAMS }, 1000),
  time('reconnect-max', 'reconnectMaxMs', '30s', { kinds: STREAMS }),
  whole(
    'reconnect-limit',
    'reconnectLimit',
    { min: 1, max: MAX_INT, example: '10' },
    { aliases: ['retry'], kinds: STREAMS },
  ),
  {
    name: 'idle-timeout',
    aliases: [],
    kinds: [...STREAMS, ...UDP],
    form: 'time',
    constant: null,
    example: 'idle-timeout=30s',
    set(into, value) {
      const ms = value !== null && parseSwitch(value) === false ? 0 : parseTime(value ?? '');
      // Written `off`: a limit of no time would be over at once.
      if (ms === null || (ms === 0 && /\d/.test(value ?? ''))) return false;
      into.idleTimeoutMs = ms;
      return true;
    },
    show: ({ idleTimeoutMs: ms }) => (ms === undefined ? null : ms === 0 ? 'off' : formatTime(ms)),
  },
  choice('idle-action', 'idleAction', ['warn', 'half-close', 'close', 'reset'], 'close', {
    kinds: [...STREAMS, ...UDP],
    // A datagram socket has neither FIN nor RST.
    fit: (word, kind) => !UDP.includes(kind) || word === 'warn' || word === 'close',
  }),
  choice('idle-direction', 'idleDirection', ['either', 'rx', 'tx'], 'rx', {
    kinds: [...STREAMS, ...UDP],
  }),
  {
    name: 'send-rate',
    aliases: [],
    kinds: [...STREAMS, ...UDP],
    form: 'size',
    constant: null,
    example: 'send-rate=64KiB',
    set(into, value) {
      const rate = value !== null && parseSwitch(value) === false ? 0 : parseRate(value ?? '');
      if (rate === null) return false;
      into.sendRateBytes = rate;
      return true;
    },
    show: ({ sendRateBytes: rate }) =>
      rate === undefined ? null : rate === 0 ? 'off' : formatSize(rate),
  },
];

export const LISTENER_OPTIONS: readonly OptionSpec[] = [
  whole(
    'max-clients',
    'maxClients',
    { min: 1, max: MAX_INT, example: '10' },
    { aliases: ['max-children'], kinds: LISTENERS },
  ),
  list('block', 'block', '10.0.0.5;192.168.7.0/24', range, { kinds: ['tcp-listen', 'tls-listen'] }),
  choice('on-accept', 'onAccept', ['silent', 'greet', 'close', 'reset'], 'close', {
    kinds: LISTENERS,
  }),
  escapedText('greeting', 'greeting', '"220 ready\\r\\n"', { kinds: LISTENERS }),
];

const DATAGRAM = new Set<string>(DATAGRAM_BEHAVIOURS);
/** Those that a relay waits on. */
const RELAYS: readonly AddressKind[] = [...LISTENERS, 'udp-listen'];

export const BEHAVIOUR_OPTIONS: readonly OptionSpec[] = [
  choice('behave', 'behave', BEHAVIOURS, 'echo', {
    kinds: [...LISTENERS, ...UDP],
    // The protocol servers speak over streams, and a relay waits for others.
    fit: (word, kind) =>
      (!UDP.includes(kind) || DATAGRAM.has(word)) && (word !== 'relay' || RELAYS.includes(kind)),
  }),
  escapedText('reply', 'reply', '"OK\\r\\n"', { kinds: [...LISTENERS, ...UDP] }),
  text('relay-to', 'relayTo', 'tcp:192.168.1.50:502', { kinds: RELAYS }),
  time('relay-idle', 'relayIdleMs', '90s', { kinds: ['udp-listen'] }),
];

/** An IP address or a CIDR range, with the prefix of its version. */
function range(text: string): string | null {
  const [address = '', prefix, ...more] = text.split('/');
  const version = address.includes('%') ? 0 : ipVersion(address);
  if (version === 0 || more.length > 0) return null;
  if (prefix === undefined) return address.toLowerCase();
  const good = /^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
  return good ? `${address.toLowerCase()}/${Number(prefix)}` : null;
}
