const V4_PART = /^(?:0|[1-9]\d{0,2})$/;
const V6_GROUP = /^[0-9a-f]{1,4}$/i;
const SCOPE = /^[0-9a-z.:-]+$/i;

/**
 * 4 or 6 for a literal IP address, 0 for anything else. IPv6 without brackets, with or without a
 * `%scope`. Agrees with `isIP` of Node's `net`, which this code may not import.
 */
export function ipVersion(text: string): 0 | 4 | 6 {
  if (isV4(text)) return 4;
  const percent = text.indexOf('%');
  if (percent === -1) return isV6(text) ? 6 : 0;
  return isV6(text.slice(0, percent)) && SCOPE.test(text.slice(percent + 1)) ? 6 : 0;
}

/** A literal multicast address: 224.0.0.0/4 (RFC 5771) or ff00::/8 (RFC 4291), scope allowed. */
export function isMulticast(text: string): boolean {
  switch (ipVersion(text)) {
    case 4: {
      const first = Number(text.split('.')[0]);
      return first >= 224 && first <= 239;
    }
    case 6:
      return /^ff[0-9a-f]{2}:/i.test(text);
    case 0:
      return false;
  }
}

function isV4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => V4_PART.test(part) && Number(part) <= 255);
}

function isV6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const counts = halves.map((half, n) => groupCount(half, n === halves.length - 1));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (Number.isNaN(total)) return false;
  // `::` stands for at least one group of zeros.
  return halves.length === 2 ? total <= 7 : total === 8;
}

/** How many 16-bit groups; an IPv4 tail counts as two. NaN when one of them is wrong. */
function groupCount(half: string, last: boolean): number {
  if (half === '') return 0;
  const groups = half.split(':');
  const tail = groups.at(-1) ?? '';
  const withV4 = last && isV4(tail);
  const hex = withV4 ? groups.slice(0, -1) : groups;
  return hex.every((group) => V6_GROUP.test(group)) ? hex.length + (withV4 ? 2 : 0) : NaN;
}
