import { readFileSync, readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';
import { getSystemErrorName } from 'node:util';
import type { NetworkAddress, NetworkInterface } from '../../../src-shared/contract/network';
import { plainHost } from '../sockets/endpoint';
import { directedBroadcast, isLinkLocal, prefixBits } from './subnet';

const NO_MAC = '00:00:00:00:00:00';
const FOLDER = '/sys/class/net';

/** The flags of an interface in Linux (include/uapi/linux/if.h). */
const IFF_UP = 0x1;
const IFF_LOOPBACK = 0x8;

/**
 * Node's list. Asking takes a descriptor of the system: throws an error with its code when there is none
 * (`EMFILE`), which Node itself gives as a number that it does not know (Node docs: `ERR_SYSTEM_ERROR`).
 */
export function systemInterfaces(): ReturnType<typeof networkInterfaces> {
  try {
    return networkInterfaces();
  } catch (thrown) {
    const number = thrown instanceof Error ? Math.abs(Number(Reflect.get(thrown, 'errno'))) : 0;
    if (!Number.isInteger(number) || number === 0) throw thrown;
    const error = { code: getSystemErrorName(-number), errno: -number, syscall: 'getifaddrs' };
    throw Object.assign(new Error('the interfaces of this computer cannot be listed'), error);
  }
}

/**
 * The interfaces of this computer. The system tells Node of those that are up and have an address
 * (libuv docs: `uv_interface_addresses`); Linux lists the others in `/sys/class/net`.
 */
export function readInterfaces(): NetworkInterface[] {
  const found = Object.entries(systemInterfaces()).map(([name, infos = []]): NetworkInterface => ({
    name,
    mac: infos[0]?.mac ?? NO_MAC,
    loopback: infos.some(({ internal }) => internal),
    up: true,
    addresses: infos.map((info) => toAddress(name, info)),
  }));
  const names = new Set(found.map(({ name }) => name));
  return [...found, ...silent().filter(({ name }) => !names.has(name))];
}

function toAddress(name: string, info: NetworkInterfaceInfo): NetworkAddress {
  const { address, netmask, family, internal } = info;
  const bits = prefixBits(netmask);
  const scopeId = info.family === 'IPv6' ? info.scopeid : 0;
  // Windows names the interface in an address by its number (Node docs: dgram, "IPv6 scope").
  const zone = process.platform === 'win32' ? String(scopeId) : name;
  return {
    address: scopeId > 0 ? `${address}%${zone}` : address,
    family,
    netmask,
    prefixBits: bits,
    broadcast: internal ? null : directedBroadcast(address, bits),
    scope: internal ? 'host' : isLinkLocal(address) ? 'link' : 'global',
  };
}

/** Those without an address, or that are down. */
function silent(): NetworkInterface[] {
  if (process.platform !== 'linux') return [];
  let names: string[];
  try {
    names = readdirSync(FOLDER);
  } catch {
    // Not mounted, as in some containers: those that are up are known without it.
    return [];
  }
  return names.flatMap((name): NetworkInterface[] => {
    try {
      const read = (file: string) => readFileSync(`${FOLDER}/${name}/${file}`, 'latin1').trim();
      const flags = Number(read('flags'));
      const loopback = (flags & IFF_LOOPBACK) !== 0;
      // Tunnels and the like do not say more than `unknown`.
      const up = (flags & IFF_UP) !== 0 && /^(?:up|unknown)$/.test(read('operstate'));
      return [{ name, mac: read('address') || NO_MAC, loopback, up, addresses: [] }];
    } catch {
      // It went away between the two looks, or is no interface (`bonding_masters`).
      return [];
    }
  });
}

/** One of our addresses with its interface. */
export interface OwnAddress extends NetworkAddress {
  interface: string;
}

export function ownAddresses(interfaces: readonly NetworkInterface[]): OwnAddress[] {
  return interfaces.flatMap(({ name, addresses }) =>
    addresses.map((address) => ({ ...address, interface: name })),
  );
}

/** The interface that has a local address; scope and IPv4-mapped spelling do not matter. */
export function interfaceWith(
  interfaces: readonly NetworkInterface[],
  address: string,
): NetworkInterface | null {
  const [bare, zone] = plainHost(address).split('%');
  const has = ({ name, addresses }: NetworkInterface) =>
    addresses.some((own) => own.address.split('%')[0] === bare) &&
    (zone === undefined || zone === name || /^\d+$/.test(zone));
  return interfaces.find(has) ?? null;
}
