import { type AddressKind, STREAMS, TCP, TLS, UDP } from '../../src-shared/address/kinds';
import { m } from '../i18n/generated/messages';
import type { OptionGroup } from './option-groups';

/** An option of the socket API that has no field, shown where it would be looked for. */
export interface UnreachableOption {
  constant: string;
  group: OptionGroup;
  kinds: readonly AddressKind[];
  label: () => string;
  /** Why, and what to do instead where there is something. */
  reason: () => string;
}

const ANY_IP: readonly AddressKind[] = [...TCP, ...UDP];

export const UNREACHABLE_OPTIONS: readonly UnreachableOption[] = [
  none('SO_LINGER', 'connection', STREAMS, m.no_linger, m.no_because_linger),
  none('SO_RCVBUF, SO_SNDBUF', 'connection', TCP, m.no_tcp_buffers, m.no_because_node),
  none('TCP_MAXSEG', 'connection', TCP, m.no_maxseg, m.no_because_node),
  none('TCP_KEEPINTVL, TCP_KEEPCNT', 'connection', TCP, m.no_keepintvl, m.no_because_node),
  none('IP_TTL', 'connection', TCP, m.no_tcp_ttl, m.no_because_node),
  none('IP_TOS, IPV6_TCLASS', 'connection', ANY_IP, m.no_tos, m.no_because_node),
  none('SO_BINDTODEVICE', 'connection', ANY_IP, m.no_bindtodevice, m.no_because_bind),
  none('MSG_OOB', 'connection', TCP, m.no_oob, m.no_because_node),
  none('SO_TIMESTAMP', 'connection', ANY_IP, m.no_timestamp, m.no_because_stamp),
  none('SSL_renegotiate()', 'tls', TLS, m.no_renegotiate, m.no_because_tls_library),
  none('IP_PKTINFO', 'udp', UDP, m.no_pktinfo, m.no_because_pktinfo),
  none('IP_MTU_DISCOVER', 'udp', UDP, m.no_mtu, m.no_because_node),
];

function none(
  constant: string,
  group: OptionGroup,
  kinds: readonly AddressKind[],
  label: () => string,
  reason: () => string,
): UnreachableOption {
  return { constant, group, kinds, label, reason };
}
