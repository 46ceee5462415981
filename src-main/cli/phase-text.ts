import type { SocketInfo } from '../../src-shared/contract/socket';
import type { TlsSummary } from '../../src-shared/contract/tls';
import { endpointText } from '../engine/sockets/endpoint';
import { groupText } from '../engine/sockets/udp-groups';

/** `TLSv1.3 TLS_AES_256_GCM_SHA384, ALPN h2, NOT VERIFIED (CERT_HAS_EXPIRED)`. */
export function tlsText(tls: TlsSummary): string {
  const { protocol, cipher, alpn, reason, trustedBy, sessionReused } = tls;
  const parts = [[protocol, cipher].filter((part) => part !== null).join(' ')];
  if (alpn !== null) parts.push(`ALPN ${alpn}`);
  if (sessionReused) parts.push('session resumed');
  if (reason !== null) parts.push(`NOT VERIFIED (${reason})`);
  if (trustedBy === 'fingerprint') parts.push('trusted by its fingerprint alone');
  if (trustedBy === 'shared-key') parts.push('has the pre-shared key');
  return parts.join(', ');
}

/** For people; null where a phase says nothing new to them. */
export function phaseText(info: SocketInfo): string | null {
  const { parent, kind, phase, local, remote, path, connectMs, error, address } = info;
  const here = local ? endpointText(local) : '';
  const there = remote ? endpointText(remote) : address;
  const secured = info.tls ? `, ${tlsText(info.tls)}` : '';
  if (phase === 'closed' && parent !== null && kind !== 'udp-peer')
    return `${there} closed${error ? `: ${error.code}` : ''}`;
  if (phase !== 'open') return null;
  if (kind === 'tcp-listener') return `listening on ${here}${info.tls ? ' with TLS' : ''}`;
  if (kind === 'local-listener') return `listening on ${path ?? ''}`;
  if (kind === 'udp-socket' && info.groups.length > 0)
    return `bound to ${here}, joined ${info.groups.map(groupText).join(', ')}`;
  if (kind === 'udp-socket')
    return remote ? `sending to ${there} from ${here}` : `bound to ${here}`;
  if (parent !== null)
    return kind === 'udp-peer' ? `${there} is a new peer` : `${there} connected${secured}`;
  if (path !== null) return `connected to ${path} in ${(connectMs ?? 0).toFixed(1)} ms`;
  return `connected to ${there} from ${here} in ${(connectMs ?? 0).toFixed(1)} ms${secured}`;
}
