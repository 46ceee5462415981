import type { AddressOptions } from '../../../src-shared/address/address-options';
import { parseOptions } from '../../../src-shared/address/address';
import type { AddressKind } from '../../../src-shared/address/kinds';
import { optionValues, writeOption } from '../../../src-shared/address/options';
import type { OptionReading } from '../../../src-shared/contract/control-commands';
import { refusal } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';
import { canReusePort } from './reuse-port';

/** Whose options are read. */
export type OptionHolder = 'stream' | 'listener' | 'datagram';

type Where = 'tcp' | 'local' | 'udp' | 'tls';

/** One line of the table; what holds is added by the socket. */
export interface OptionRow {
  constant: string;
  option: string | null;
  holders: readonly OptionHolder[];
  where: readonly Where[];
  settable: OptionReading['settable'];
  reason: OptionReading['reason'];
}

const ALL: readonly OptionHolder[] = ['stream', 'listener', 'datagram'];
const STREAMS: readonly OptionHolder[] = ['stream', 'listener'];
const IP: readonly Where[] = ['tcp', 'udp'];
const ANY: readonly Where[] = ['tcp', 'local', 'udp'];

function row(
  constant: string,
  option: string | null,
  [holders, where]: readonly [readonly OptionHolder[], readonly Where[]],
  settable: OptionReading['settable'],
  reason: OptionReading['reason'] = null,
): OptionRow {
  return { constant, option, holders, where, settable, reason };
}

const TCP_BOTH = [STREAMS, ['tcp']] as const;
const TCP_LISTENER = [['listener'], ['tcp']] as const;
const DATAGRAM = [['datagram'], ['udp']] as const;
const EVERY_IP = [ALL, IP] as const;
const EVERYONE = [ALL, ANY] as const;
const SECURED = [STREAMS, ['tls']] as const;

/** The options of the socket API, in the order in which they are shown. */
export const OPTION_ROWS: readonly OptionRow[] = [
  row('TCP_NODELAY', 'nodelay', TCP_BOTH, 'live'),
  row('SO_KEEPALIVE, TCP_KEEPIDLE', 'keepalive', TCP_BOTH, 'live'),
  row('TCP_KEEPINTVL', null, TCP_BOTH, 'no', 'node-cannot'),
  row('TCP_KEEPCNT', null, TCP_BOTH, 'no', 'node-cannot'),
  row('SO_RCVBUF', 'rcvbuf', DATAGRAM, 'live'),
  row('SO_SNDBUF', 'sndbuf', DATAGRAM, 'live'),
  row('SO_RCVBUF', null, [STREAMS, ['tcp', 'local']], 'no', 'node-cannot'),
  row('SO_SNDBUF', null, [STREAMS, ['tcp', 'local']], 'no', 'node-cannot'),
  row('SO_BROADCAST', 'broadcast', DATAGRAM, 'live'),
  row('IP_TTL', 'ttl', DATAGRAM, 'live'),
  row('IP_TTL', null, TCP_BOTH, 'no', 'node-cannot'),
  row('IP_MULTICAST_TTL', 'mcast-ttl', DATAGRAM, 'live'),
  row('IP_MULTICAST_LOOP', 'mcast-loop', DATAGRAM, 'live'),
  row('IP_MULTICAST_IF', 'mcast-if', DATAGRAM, 'live'),
  row('IP_ADD_MEMBERSHIP', 'join', DATAGRAM, 'no', 'is-a-call'),
  row('SO_REUSEADDR', 'reuseaddr', TCP_LISTENER, 'no', 'node-decides'),
  row('SO_REUSEADDR', 'reuseaddr', DATAGRAM, 'open'),
  row('SO_REUSEPORT', 'reuseport', [['listener', 'datagram'], IP], 'open'),
  row('IPV6_V6ONLY', 'v6only', [['listener', 'datagram'], IP], 'open'),
  row('SO_LINGER', null, TCP_BOTH, 'no', 'node-cannot'),
  row('TCP_MAXSEG', null, TCP_BOTH, 'no', 'node-cannot'),
  row('IP_TOS', null, EVERY_IP, 'no', 'node-cannot'),
  row('IP_MTU_DISCOVER', null, EVERY_IP, 'no', 'node-cannot'),
  row('IP_PKTINFO', null, DATAGRAM, 'no', 'node-cannot'),
  row('SO_BINDTODEVICE', null, EVERY_IP, 'no', 'node-cannot'),
  row('SO_TIMESTAMP', null, EVERYONE, 'no', 'node-cannot'),
  row('SO_RCVTIMEO', 'idle-timeout', [['stream', 'datagram'], ANY], 'live'),
  row('SO_OOBINLINE, MSG_OOB', null, TCP_BOTH, 'no', 'node-cannot'),
  row('MSG_PEEK', null, EVERYONE, 'no', 'node-cannot'),
  row('MSG_WAITALL', null, [['stream'], ANY], 'no', 'node-cannot'),
  row('SCM_RIGHTS', null, [['stream'], ['local']], 'no', 'node-cannot'),
  row('backlog', 'backlog', [['listener'], ANY], 'open'),
  row('O_NONBLOCK', null, EVERYONE, 'no', 'node-decides'),
  row('SSL_VERIFY_PEER', 'verify', SECURED, 'open'),
  row('SSL_CTX_set1_groups_list()', 'curves', SECURED, 'open'),
  row('SSL_CTX_set1_sigalgs_list()', 'sigalgs', SECURED, 'open'),
  row('SSL_set_session()', 'resume', SECURED, 'open'),
  row('TLSEXT_TYPE_status_request', 'ocsp', [['stream'], ['tls']], 'open'),
  row('SSL_renegotiate()', null, SECURED, 'no', 'library-cannot'),
  row('fileno', null, EVERYONE, 'no', 'is-a-call'),
  // Whose descriptor that is: what `ss -p` and `lsof -p` ask for.
  row('getpid()', null, EVERYONE, 'no', 'is-a-call'),
];

/** What the socket itself knows of its options: by constant, as it holds now. */
export type Effective = Readonly<{ [constant: string]: string | null | undefined }>;

/** The rows that apply, with what was asked for and what holds. */
export function readOptions(
  of: { holder: OptionHolder; where: Where; tls?: boolean; open: boolean; asked: AddressOptions },
  effective: Effective,
): OptionReading[] {
  const asked = new Map(optionValues(of.asked).map(({ name, value }) => [name, value || 'on']));
  return OPTION_ROWS.filter(
    ({ holders, where }) =>
      holders.includes(of.holder) &&
      (where.includes(of.where) || (of.tls === true && where.includes('tls'))),
  ).map(({ constant, option, settable, reason }) => {
    const elsewhere = constant === 'SO_REUSEPORT' && !canReusePort();
    const over = settable === 'live' && !of.open;
    return {
      constant,
      option,
      requested: option === null ? null : (asked.get(option) ?? null),
      effective: constant === 'getpid()' ? String(process.pid) : (effective[constant] ?? null),
      settable: over || elsewhere ? 'no' : settable,
      reason: over
        ? 'not-open'
        : elsewhere
          ? 'not-on-this-system'
          : (reason ?? (settable === 'open' ? 'before-open' : null)),
    };
  });
}

/** One option as an address has it. Throws a `CommandError` that says what is wrong with it. */
export function oneOption(kind: AddressKind, option: string, value: string | null): AddressOptions {
  const text = writeOption(option, value ?? '');
  const parsed = parseOptions(text, kind);
  if (parsed.ok) return parsed.options;
  const why = parsed.error.message;
  throw new CommandError('ERR_BAD_COMMAND', refusal('bad-options', { why, text, kind }));
}

/** The number of the descriptor where the system has one, else null. Node keeps it to itself. */
export function descriptorOf(owner: object | null): string | null {
  const handle: unknown = owner === null ? null : Reflect.get(owner, '_handle');
  if (typeof handle !== 'object' || handle === null) return null;
  const fd: unknown = Reflect.get(handle, 'fd');
  return typeof fd === 'number' && fd >= 0 ? String(fd) : null;
}
