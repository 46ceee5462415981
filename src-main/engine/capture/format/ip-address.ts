import { isIPv4, isIPv6 } from 'node:net';

/** 4 or 16 bytes, as on the wire. */
export type IpBytes = Uint8Array;

function bytesOfV4(text: string): IpBytes {
  return Uint8Array.from(text.split('.'), Number);
}

function groupsOf(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = bytesOfV4(group);
    return [a * 256 + b, c * 256 + d];
  });
}

function bytesOfV6(text: string): IpBytes {
  const [head = '', tail] = text.split('::');
  const front = groupsOf(head);
  const back = tail === undefined ? [] : groupsOf(tail);
  const groups = [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
  const bytes = new Uint8Array(16);
  groups.forEach((group, index) => {
    bytes[index * 2] = group >>> 8;
    bytes[index * 2 + 1] = group & 0xff;
  });
  return bytes;
}

function isMapped(bytes: IpBytes): boolean {
  return bytes.every((byte, index) => index >= 12 || byte === (index < 10 ? 0 : 0xff));
}

/** Null when it is no address but a name. The scope is cut off: the wire has no place for it. */
export function parseIp(host: string): IpBytes | null {
  if (isIPv4(host)) return bytesOfV4(host);
  const unscoped = host.replace(/%.*$/, '');
  if (!isIPv6(unscoped)) return null;
  const bytes = bytesOfV6(unscoped);
  return isMapped(bytes) ? bytes.subarray(12) : bytes;
}

function toV6(bytes: IpBytes | null): IpBytes {
  const wide = new Uint8Array(16);
  if (bytes === null) return wide;
  if (bytes.length === 16) return bytes;
  if (bytes.every((byte) => byte === 0)) return wide;
  wide.fill(0xff, 10, 12);
  wide.set(bytes, 12);
  return wide;
}

/**
 * The two addresses of a packet in one family. IPv4-mapped addresses become IPv4; what is no address
 * (a name that did not resolve) becomes the unspecified one.
 */
export function packAddresses(local: string, remote: string): [IpBytes, IpBytes] {
  const ours = parseIp(local);
  const theirs = parseIp(remote);
  const unbound = ours === null || ours.every((byte) => byte === 0);
  // A dual-stack socket bound to `::` that talks IPv4 is recorded as IPv4.
  if (unbound && (theirs === null || theirs.length === 4)) {
    return [new Uint8Array(4), theirs ?? new Uint8Array(4)];
  }
  if (ours?.length === 4 && (theirs === null || theirs.length === 4)) {
    return [ours, theirs ?? new Uint8Array(4)];
  }
  return [toV6(ours), toV6(theirs)];
}

/** The text of an address in a packet; IPv6 as in RFC 5952. */
export function formatIp(bytes: IpBytes): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0));
  const run = longestZeroRun(groups);
  const hex = (part: number[]): string => part.map((group) => group.toString(16)).join(':');
  if (run.length < 2) return hex(groups);
  return `${hex(groups.slice(0, run.start))}::${hex(groups.slice(run.start + run.length))}`;
}

function longestZeroRun(groups: number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, index) => {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  });
  return best;
}

/** `host:port`, IPv6 in brackets. */
export function formatPeer(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${String(port)}` : `${host}:${String(port)}`;
}
