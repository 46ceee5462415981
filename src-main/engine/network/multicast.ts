import type { NetworkInterface } from '../../../src-shared/contract/network';
import type { SocketError } from '../../../src-shared/contract/socket';
import { refusal, type Refused } from '../../../src-shared/refusal/refusal';
import { familyOf } from '../sockets/resolve';
import { interfaceWith } from './interfaces';

export type Chosen = { ok: true; value: string } | { ok: false; error: SocketError };

/**
 * How the system is told of the interface that a user names: for IPv4 by one of its addresses, for
 * IPv6 as `::%eth0`, on Windows `::%12` (Node docs: dgram `socket.setMulticastInterface`).
 */
export function chooseInterface(
  interfaces: readonly NetworkInterface[],
  wanted: string,
  family: 4 | 6,
): Chosen {
  const byAddress = familyOf(wanted) === null ? null : interfaceWith(interfaces, wanted);
  const found = byAddress ?? interfaces.find(({ name }) => name === wanted);
  if (!found) return refused('ERR_INTERFACE_UNKNOWN', unknown(interfaces, wanted));
  if (!found.up)
    return refused('ERR_INTERFACE_DOWN', refusal('interface-down', { name: found.name }));
  if (family === 4) {
    const own = found.addresses.filter((address) => address.family === 'IPv4');
    const chosen = own.find(({ address }) => address === wanted) ?? own[0];
    if (chosen) return { ok: true, value: chosen.address };
    return refused('ERR_INTERFACE_DOWN', refusal('interface-no-ipv4', { name: found.name }));
  }
  const scoped = found.addresses.find(({ address }) => address.includes('%'));
  if (!scoped && process.platform === 'win32')
    return refused('ERR_INTERFACE_DOWN', refusal('interface-no-ipv6', { name: found.name }));
  return { ok: true, value: `::%${scoped?.address.split('%')[1] ?? found.name}` };
}

function refused(code: string, why: Refused): Chosen {
  return { ok: false, error: { code, ...why } };
}

function unknown(interfaces: readonly NetworkInterface[], wanted: string): Refused {
  const what = familyOf(wanted) === null ? 'interface-unknown' : 'interface-address-unknown';
  const found = interfaces.map(({ name }) => name).join(', ');
  return refusal(what, { name: wanted, found });
}
