import { formatAddress, parseAddress } from '../../src-shared/address/address';
import { shellWord } from '../../src-shared/code/quote';
import type { SocketInfo } from '../../src-shared/contract/socket';
import { showEndpoint } from './endpoints';
import { loopbackFor } from './reach';

/** What reaches a socket that listens from this computer; null when nothing can (yet). */
export function dialAddress({ kind, local, path, address, tls }: SocketInfo): string | null {
  if (path !== null) {
    const parsed = parseAddress(address);
    if (!parsed.ok) return null;
    const dial = parsed.address.kind === 'pipe-listen' ? 'pipe' : 'unix';
    return formatAddress({ kind: dial, host: null, port: 0, path, family: null, options: {} });
  }
  if (local === null) return null;
  const to = showEndpoint({ host: loopbackFor(local.host), port: local.port });
  if (kind === 'udp-socket') return `udp:${to}`;
  // It is our own listener: there is nobody to be told from.
  return tls === null ? `tcp:${to}` : `tls:${to},verify=off`;
}

/**
 * A command that reaches it from a terminal: on another computer by `host`, for local sockets on this
 * one. Null where no usual program can, as for a pipe of Windows.
 */
export function tryLine(info: SocketInfo, host: string | undefined): string | null {
  const { kind, local, path, tls } = info;
  if (path !== null) {
    if (!path.startsWith('/') && !path.startsWith('@')) return null;
    if (path.startsWith('@')) return `socat - ${shellWord(`ABSTRACT-CONNECT:${path.slice(1)}`)}`;
    return `ncat -U ${shellWord(path)}`;
  }
  if (host === undefined || local === null) return null;
  const how = kind === 'udp-socket' ? '-u ' : tls === null ? '' : '--ssl ';
  return `ncat ${how}${host} ${local.port}`;
}
