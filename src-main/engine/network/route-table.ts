import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { formatIp, parseIp } from '../capture/format/ip-address';
import type { IpBytes } from '../capture/format/ip-address';
import { commonBits, prefixBits } from './subnet';

/** Flags of a route in Linux (include/uapi/linux/route.h). */
const RTF_UP = 0x1;
const RTF_GATEWAY = 0x2;
const RTF_REJECT = 0x200;

interface Route {
  interface: string;
  destination: IpBytes;
  prefixBits: number;
  gateway: string | null;
  metric: number;
}

/**
 * The router on the way to a literal address that leaves through an interface: its address, null
 * for none, undefined where the system does not tell. Of the main table; policy routes are not seen.
 */
export function gatewayTo(host: string, through: string): string | null | undefined {
  const target = parseIp(host);
  if (target === null || process.platform !== 'linux') return undefined;
  const routes = target.length === 4 ? routes4() : routes6();
  let best: Route | null = null;
  for (const route of routes) {
    if (route.interface !== through || commonBits(route.destination, target) < route.prefixBits)
      continue;
    const better =
      best === null ||
      route.prefixBits > best.prefixBits ||
      (route.prefixBits === best.prefixBits && route.metric < best.metric);
    if (better) best = route;
  }
  return best === null ? undefined : best.gateway;
}

function lines(path: string): string[][] {
  try {
    const text = readFileSync(path, 'latin1');
    return text.split('\n').map((line) => line.trim().split(/\s+/));
  } catch {
    return [];
  }
}

/** `Iface Destination Gateway Flags RefCnt Use Metric Mask …` (man proc(5)). */
function routes4(): Route[] {
  return lines('/proc/net/route').flatMap((columns): Route[] => {
    const [name = '', destination = '', gateway = '', flags = '', , , metric, mask = ''] = columns;
    const bits = Number.parseInt(flags, 16);
    // The heading, and routes that are down or refuse.
    if (Number.isNaN(bits) || (bits & RTF_UP) === 0 || (bits & RTF_REJECT) !== 0) return [];
    return [
      {
        interface: name,
        destination: word(destination),
        prefixBits: prefixBits(formatIp(word(mask))),
        gateway: (bits & RTF_GATEWAY) === 0 ? null : formatIp(word(gateway)),
        metric: Number(metric),
      },
    ];
  });
}

/** 32 bits as the kernel prints them: the bytes of the wire read as a number of this machine. */
function word(hex: string): IpBytes {
  const bytes = Uint8Array.from(Buffer.from(hex.padStart(8, '0'), 'hex'));
  return endianness() === 'LE' ? bytes.reverse() : bytes;
}

/** `destination prefix source prefix next-hop metric refs use flags interface` in hex. */
function routes6(): Route[] {
  return lines('/proc/net/ipv6_route').flatMap((columns): Route[] => {
    const [destination = '', prefix = '', , , next = '', metric = '', , , flags = '', name] =
      columns;
    const bits = Number.parseInt(flags, 16);
    if (name === undefined || (bits & RTF_UP) === 0 || (bits & RTF_REJECT) !== 0) return [];
    return [
      {
        interface: name,
        destination: Uint8Array.from(Buffer.from(destination, 'hex')),
        prefixBits: Number.parseInt(prefix, 16),
        gateway:
          (bits & RTF_GATEWAY) === 0 ? null : formatIp(Uint8Array.from(Buffer.from(next, 'hex'))),
        metric: Number.parseInt(metric, 16),
      },
    ];
  });
}
