import type { SocketError } from '../../src-shared/contract/socket';
import { m } from '../i18n/generated/messages';
import { words, type Doing, type Filled, type Words } from './error-words';

/** The words for a datagram that may not be sent; null: it is none. */
export function udpWords(error: SocketError, doing: Doing, to: Filled): Words | null {
  // Of a port that may not be bound to, the system says the same.
  if (error.code !== 'EACCES' || doing === 'listen') return null;
  return words(m.err_broadcast(to), m.err_broadcast_causes(), ['options', 'retry']);
}

/** The words for what goes wrong with groups and interfaces; null: it is none of these. */
export function networkWords(error: SocketError, to: Filled): Words | null {
  switch (error.code) {
    case 'ERR_MULTICAST_GROUP':
      return words(m.err_mcast_group(), m.err_mcast_group_causes(), ['edit']);
    case 'ERR_MULTICAST_BIND':
      return words(m.err_mcast_bind(), m.err_mcast_bind_causes(to), ['any-address', 'edit']);
    case 'ERR_INTERFACE_UNKNOWN':
      return words(m.err_if_unknown(), m.err_if_unknown_causes(), ['options', 'retry']);
    case 'ERR_INTERFACE_DOWN':
      return words(m.err_if_down(), m.err_if_down_causes(), ['retry', 'options']);
    case 'ERR_SCOPE_MISSING':
      return words(m.err_scope(), m.err_scope_causes(), ['edit']);
    case 'ERR_SOURCE_FAMILY':
      return words(m.err_source_family(), m.err_source_family_causes(), ['options', 'edit']);
    case 'ERR_WRONG_FAMILY':
      return words(m.err_family(), m.err_family_causes(), ['edit']);
    case 'ERR_NOT_JOINED':
      return words(m.err_not_joined(), m.err_not_joined_causes(), []);
    case 'ERR_TOO_MANY_GROUPS':
      return words(m.err_groups_full(), m.err_groups_full_causes(), ['options']);
    case 'ERR_REUSEPORT':
      return words(m.err_reuseport(), m.err_reuseport_causes(), ['options', 'edit']);
    case 'ERR_ADDRESS_GONE':
      return words(m.err_address_gone(to), m.err_address_gone_causes(), ['any-address']);
    default:
      return null;
  }
}
