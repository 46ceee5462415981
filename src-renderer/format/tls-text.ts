import type { TlsDetails } from '../../src-shared/contract/tls';
import { m } from '../i18n/generated/messages';
import { stapledText } from './certificate-text';

/** Whether the peer is one to trust, and by what. */
export function tlsVerdict({ verified, trustedBy, reason, role }: TlsDetails): string {
  if (trustedBy === 'fingerprint') return m.tls_by_fingerprint();
  if (trustedBy === 'shared-key') return m.tls_by_psk();
  if (verified) return m.tls_verified();
  if (reason !== null) return m.tls_unverified({ code: reason });
  return role === 'server' ? m.tls_client_not_asked() : m.tls_not_verified();
}

/** What was agreed on, by name. */
export function tlsFacts(of: TlsDetails): { name: string; value: string }[] {
  const key = of.ephemeralKey;
  return [
    { name: m.tls_protocol(), value: of.protocol ?? '—' },
    { name: m.tls_cipher(), value: of.cipher ?? '—' },
    { name: 'ALPN', value: of.alpn ?? m.tls_none() },
    { name: 'SNI', value: of.servername ?? m.tls_none() },
    { name: m.tls_role(), value: of.role === 'client' ? m.tls_client() : m.tls_server() },
    { name: m.tls_session(), value: of.sessionReused ? m.tls_reused() : m.tls_new() },
    ...(key === null
      ? []
      : [{ name: m.tls_key(), value: `${key.type} ${key.name} (${key.bits} bit)` }]),
    ...(of.pskIdentity === null ? [] : [{ name: 'PSK', value: of.pskIdentity }]),
    ...(of.handshakeMs === null
      ? []
      : [{ name: m.tls_handshake(), value: `${of.handshakeMs.toFixed(1)} ms` }]),
    ...(of.stapled === undefined
      ? []
      : [{ name: m.tls_stapled(), value: stapledText(of.stapled) }]),
  ];
}
