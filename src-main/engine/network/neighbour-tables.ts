import { isIP } from 'node:net';
import type { Neighbour } from '../../../src-shared/contract/network';

const NO_MAC = '00:00:00:00:00:00';

/** What each system's own program writes of its table; read here, so that one can be judged on any. */

/** `ip -json neigh show` of Linux (ip-neighbour(8)), both families. Throws what is no JSON. */
export function readIpNeigh(text: string): Neighbour[] {
  const parsed: unknown = JSON.parse(text);
  const list: unknown[] = Array.isArray(parsed) ? parsed : [];
  return list.flatMap((one) => {
    if (typeof one !== 'object' || one === null) return [];
    const of = (name: string): unknown => Reflect.get(one, name);
    const found = neighbour(of('dst'), of('lladdr') ?? null, of('dev'));
    return found === null ? [] : [found];
  });
}

/** `/proc/net/arp` of Linux (proc(5)): `address type flags mac mask device`. */
export function readProcArp(text: string): Neighbour[] {
  return text.split('\n').flatMap((line) => {
    const [address, , , mac, , device] = line.trim().split(/\s+/);
    const found = neighbour(address, mac === NO_MAC ? null : mac, device);
    return found === null ? [] : [found];
  });
}

/** `arp -an` of macOS and BSD: `? (192.168.1.1) at 0:1c:42:0:0:18 on en0 ifscope [ethernet]`. */
export function readBsdArp(text: string): Neighbour[] {
  return text.split('\n').flatMap((line) => {
    const [, address, mac, device] = /\((\S+)\) at (\S+) on (\S+)/.exec(line) ?? [];
    const found = neighbour(address, mac === '(incomplete)' ? null : mac, device);
    return found === null ? [] : [found];
  });
}

/** `ndp -an` of macOS and BSD: `fe80::1%en0  0:1c:42:0:0:18  en0  23h59m58s S R`. */
export function readBsdNdp(text: string): Neighbour[] {
  return text.split('\n').flatMap((line) => {
    const [address, mac, device] = line.trim().split(/\s+/);
    const found = neighbour(address, mac === '(incomplete)' ? null : mac, device);
    return found === null ? [] : [found];
  });
}

/** `arp -a` of Windows: `  192.168.1.1   00-1c-42-00-00-18   dynamic`, in the system's language. */
export function readWindowsArp(text: string): Neighbour[] {
  return text.split('\n').flatMap((line) => {
    const [address, mac] = line.trim().split(/\s+/);
    const found = neighbour(address, mac, null);
    return found === null ? [] : [found];
  });
}

/** Null for what is no line of a table: a heading, or an address of another kind. */
function neighbour(address: unknown, mac: unknown, device: unknown): Neighbour | null {
  if (typeof address !== 'string' || isIP(address) === 0) return null;
  const written = mac === null ? null : plainMac(mac);
  if (written === undefined) return null;
  return { address, mac: written, interface: typeof device === 'string' ? device : null };
}

/** In lower case with two digits each and colons, as Linux writes them; undefined for what is none. */
function plainMac(text: unknown): string | undefined {
  if (typeof text !== 'string' || !/^[\da-f]{1,2}(?:[:-][\da-f]{1,2}){5,7}$/i.test(text))
    return undefined;
  const parts = text.toLowerCase().split(/[:-]/);
  return parts.map((part) => part.padStart(2, '0')).join(':');
}
