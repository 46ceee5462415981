import { m } from '../i18n/generated/messages';

/** Kinds of socket that Node cannot make, with what to use instead where there is something. */
export const UNREACHABLE_KINDS: readonly { constant: string; reason: () => string }[] = [
  { constant: 'AF_UNIX + SOCK_DGRAM', reason: m.no_unix_datagram },
  { constant: 'DTLS', reason: m.no_dtls },
  { constant: 'SOCK_RAW (ICMP)', reason: m.no_raw },
  { constant: 'IPPROTO_SCTP', reason: m.no_sctp },
  { constant: 'AF_VSOCK', reason: m.no_vsock },
];
