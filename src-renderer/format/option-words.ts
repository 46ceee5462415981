import { type AddressKind, listens } from '../../src-shared/address/kinds';
import { m } from '../i18n/generated/messages';
import type { OptionGroup } from './option-groups';

/** What the editor says about one option of the grammar. */
export interface OptionWords {
  group: OptionGroup;
  label: () => string;
  /** More than the label says; null where that is enough. */
  help: ((kind: AddressKind) => string) | null;
}

function words(
  group: OptionGroup,
  label: () => string,
  help: OptionWords['help'] = null,
): OptionWords {
  return { group, label, help };
}

const help = (text: () => string) => (): string => text();

const SOCKET: readonly [string, OptionWords][] = [
  [
    'bind',
    words('connection', m.opt_bind, (kind) =>
      listens(kind) ? m.opt_bind_listen_help() : m.opt_bind_help(),
    ),
  ],
  ['sourceport', words('connection', m.opt_sourceport, help(m.opt_sourceport_help))],
  ['nodelay', words('connection', m.opt_nodelay, help(m.opt_nodelay_help))],
  ['keepalive', words('connection', m.opt_keepalive, help(m.opt_keepalive_help))],
  ['half-open', words('connection', m.opt_half_open, help(m.opt_half_open_help))],
  ['paused', words('connection', m.opt_paused, help(m.opt_paused_help))],
  ['connect-timeout', words('timeouts', m.opt_connect_timeout, help(m.opt_connect_timeout_help))],
  ['idle-timeout', words('timeouts', m.opt_idle_timeout, help(m.opt_idle_timeout_help))],
  ['idle-action', words('timeouts', m.opt_idle_action)],
  ['idle-direction', words('timeouts', m.opt_idle_direction, help(m.opt_idle_direction_help))],
  ['send-rate', words('connection', m.opt_send_rate, help(m.opt_send_rate_help))],
  ['reconnect', words('reconnect', m.opt_reconnect, help(m.opt_reconnect_help))],
  ['reconnect-max', words('reconnect', m.opt_reconnect_max, help(m.opt_reconnect_max_help))],
  ['reconnect-limit', words('reconnect', m.opt_reconnect_limit, help(m.opt_reconnect_limit_help))],
];

const LISTENER: readonly [string, OptionWords][] = [
  ['backlog', words('listener', m.opt_backlog, help(m.opt_backlog_help))],
  ['max-clients', words('listener', m.opt_max_clients, help(m.opt_max_clients_help))],
  ['block', words('listener', m.opt_block, help(m.opt_block_help))],
  ['on-accept', words('listener', m.opt_on_accept)],
  ['greeting', words('listener', m.opt_greeting, help(m.opt_greeting_help))],
  ['v6only', words('connection', m.opt_v6only, help(m.opt_v6only_help))],
  ['reuseaddr', words('connection', m.opt_reuseaddr, help(m.opt_reuseaddr_help))],
  ['reuseport', words('connection', m.opt_reuseport, help(m.opt_reuseport_help))],
  ['behave', words('behaviour', m.opt_behave)],
  ['reply', words('behaviour', m.opt_reply, help(m.opt_reply_help))],
  ['relay-to', words('behaviour', m.opt_relay_to, help(m.opt_relay_to_help))],
  ['relay-idle', words('behaviour', m.opt_relay_idle, help(m.opt_relay_idle_help))],
  ['mode', words('local', m.opt_mode, help(m.opt_mode_help))],
  ['unlink', words('local', m.opt_unlink, help(m.opt_unlink_help))],
];

const DATAGRAM: readonly [string, OptionWords][] = [
  ['rcvbuf', words('udp', m.opt_rcvbuf, help(m.opt_rcvbuf_help))],
  ['sndbuf', words('udp', m.opt_sndbuf)],
  ['broadcast', words('udp', m.opt_broadcast, help(m.opt_broadcast_help))],
  ['ttl', words('udp', m.opt_ttl, help(m.opt_ttl_help))],
  ['mcast-if', words('udp', m.opt_mcast_if, help(m.opt_mcast_if_help))],
  ['mcast-ttl', words('udp', m.opt_mcast_ttl, help(m.opt_mcast_ttl_help))],
  ['mcast-loop', words('udp', m.opt_mcast_loop)],
  ['join', words('udp', m.opt_join, help(m.opt_join_help))],
  ['source', words('udp', m.opt_source, help(m.opt_source_help))],
  ['only-from', words('udp', m.opt_only_from, help(m.opt_only_from_help))],
];

const RECORDING: readonly [string, OptionWords][] = [
  ['split-size', words('recording', m.opt_split_size, help(m.opt_split_size_help))],
  ['split-time', words('recording', m.opt_split_time, help(m.opt_split_time_help))],
  ['ring', words('recording', m.opt_ring, help(m.opt_ring_help))],
  ['ring-parts', words('recording', m.opt_ring_parts, help(m.opt_ring_parts_help))],
];

const TLS: readonly [string, OptionWords][] = [
  ['verify', words('tls', m.opt_verify, help(m.opt_verify_client_help))],
  ['fingerprint', words('tls', m.opt_fingerprint, help(m.opt_fingerprint_help))],
  ['ca', words('tls', m.opt_ca, help(m.opt_ca_help))],
  [
    'cert',
    words('tls', m.opt_cert, (kind) => (kind === 'tls-listen' ? m.opt_cert_server_help() : '')),
  ],
  ['key', words('tls', m.opt_key, help(m.opt_key_help))],
  ['pfx', words('tls', m.opt_pfx)],
  ['passphrase', words('tls', m.opt_passphrase, help(m.opt_passphrase_help))],
  ['request-cert', words('tls', m.opt_request_cert, help(m.opt_request_cert_help))],
  ['servername', words('tls', m.opt_servername, help(m.opt_servername_help))],
  ['alpn', words('tls', m.opt_alpn, help(m.opt_alpn_help))],
  ['min-version', words('tls', m.opt_min_version)],
  ['max-version', words('tls', m.opt_max_version)],
  ['ciphers', words('tls', m.opt_ciphers, help(m.opt_ciphers_help))],
  ['curves', words('tls', m.opt_curves, help(m.opt_curves_help))],
  ['sigalgs', words('tls', m.opt_sigalgs, help(m.opt_sigalgs_help))],
  ['crl', words('tls', m.opt_crl, help(m.opt_crl_help))],
  ['ocsp', words('tls', m.opt_ocsp, help(m.opt_ocsp_help))],
  ['resume', words('tls', m.opt_resume, help(m.opt_resume_help))],
  ['psk-identity', words('tls', m.opt_psk_identity)],
  ['psk', words('tls', m.opt_psk, help(m.opt_psk_help))],
  ['keylog', words('tls', m.opt_keylog, help(m.opt_keylog_help))],
];

/** In the order in which the editor shows them. */
export const OPTION_WORDS: ReadonlyMap<string, OptionWords> = new Map([
  ...SOCKET,
  ...LISTENER,
  ...RECORDING,
  ...DATAGRAM,
  ...TLS,
]);

/** The words of an option's choices; what is not here is the same in every language. */
export function choiceLabel(option: string, choice: string): string {
  switch (`${option}=${choice}`) {
    case 'idle-action=warn':
      return m.opt_idle_warn();
    case 'idle-action=half-close':
      return m.opt_idle_half_close();
    case 'idle-action=close':
      return m.opt_idle_close();
    case 'idle-action=reset':
      return m.opt_idle_reset();
    case 'idle-direction=rx':
      return m.silence_rx();
    case 'idle-direction=tx':
      return m.silence_tx();
    case 'idle-direction=either':
      return m.silence_either();
    case 'on-accept=silent':
      return m.opt_accept_silent();
    case 'on-accept=greet':
      return m.opt_accept_greet();
    case 'on-accept=close':
      return m.opt_accept_close();
    case 'on-accept=reset':
      return m.opt_accept_reset();
    default:
      return option.endsWith('-version') ? `TLS ${choice}` : choice;
  }
}
