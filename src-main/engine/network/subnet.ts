import type { NetworkAddress } from '../../../src-shared/contract/network';
import { formatIp, parseIp } from '../capture/format/ip-address';
import type { IpBytes } from '../capture/format/ip-address';

/** How many leading bits two addresses share; -1 when they are of different families. */
export function commonBits(a: IpBytes, b: IpBytes): number {
  if (a.length !== b.length) return -1;
  for (let n = 0; n < a.length; n += 1) {
    const differing = (a[n] ?? 0) ^ (b[n] ?? 0);
    if (differing !== 0) return n * 8 + Math.clz32(differing) - 24;
  }
  return a.length * 8;
}

/** The length of a netmask, bits. */
export function prefixBits(netmask: string): number {
  const bytes = parseIp(netmask);
  if (bytes === null) return 0;
  // An all-ones IPv6 mask is 128 bits; any shorter one differs from all ones at its first zero.
  return commonBits(bytes, new Uint8Array(bytes.length).fill(0xff));
}

/** The directed broadcast address (RFC 919 §7); null where a subnet has none (RFC 3021). */
export function directedBroadcast(address: string, bits: number): string | null {
  const bytes = parseIp(address);
  if (bytes?.length !== 4 || bits >= 31) return null;
  return formatIp(bytes.map((byte, n) => byte | (0xff >> Math.min(8, Math.max(0, bits - n * 8)))));
}

/** Whether `host`, a literal address, is in the subnet of one of our addresses. */
export function inSubnet(
  host: string,
  of: Pick<NetworkAddress, 'address' | 'prefixBits'>,
): boolean {
  const theirs = parseIp(host);
  const ours = parseIp(of.address);
  return theirs !== null && ours !== null && commonBits(theirs, ours) >= of.prefixBits;
}

/** What only reaches the same site: RFC 1918, RFC 3927 and, of IPv6, RFC 4193 and link-local. */
export function isPrivate(host: string): boolean {
  const bytes = parseIp(host);
  const [a = 0, b = 0] = bytes ?? [];
  if (bytes?.length === 4)
    return (
      a === 10 ||
      (a === 172 && b >> 4 === 1) ||
      (a === 192 && b === 168) ||
      (a === 169 && b === 254)
    );
  return (a & 0xfe) === 0xfc || (a === 0xfe && (b & 0xc0) === 0x80);
}

/** Link-local: means nothing without its interface. */
export function isLinkLocal(host: string): boolean {
  const bytes = parseIp(host);
  const [a = 0, b = 0] = bytes ?? [];
  if (bytes?.length === 4) return a === 169 && b === 254;
  return a === 0xfe && (b & 0xc0) === 0x80;
}

/** IPv4 224/4 and IPv6 ff00::/8. */
export function isMulticast(host: string): boolean {
  const bytes = parseIp(host);
  if (bytes === null) return false;
  return bytes.length === 4 ? (bytes[0] ?? 0) >> 4 === 14 : bytes[0] === 0xff;
}

/** An IPv6 group that stays on one interface or link, so that it must be named (RFC 4291 §2.7). */
export function isLinkGroup(host: string): boolean {
  const bytes = parseIp(host);
  return bytes?.length === 16 && bytes[0] === 0xff && ((bytes[1] ?? 0) & 0x0f) <= 2;
}
