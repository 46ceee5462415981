/** Which bytes of its packet a fragment carries, and how many of them were captured. */
export interface FragmentPart {
  start: number;
  bytes: number;
  captured: number;
}

/** How far fragments reach from the beginning of their packet without a hole. */
interface Joined {
  /** Bytes from the beginning on. */
  bytes: number;
  /** Of those, as far as all of them were captured. */
  captured: number;
  /** Some bytes came twice, in fragments of other lengths. */
  overlaps: boolean;
}

/**
 * Puts fragments one behind the other; `parts` ascend by where they begin, those that begin alike as
 * they came. Of what came twice the fragment that begins first counts, as in Wireshark.
 */
export function joinFragments<Part extends FragmentPart>(
  parts: readonly Part[],
  take?: (part: Part, from: number, end: number) => void,
): Joined {
  const joined: Joined = { bytes: 0, captured: 0, overlaps: false };
  let cut = false;
  for (const part of parts) {
    const { start, bytes, captured } = part;
    if (start > joined.bytes) break;
    if (start < joined.bytes) joined.overlaps = true;
    if (start + bytes <= joined.bytes) continue;
    if (!cut) {
      const end = Math.max(joined.bytes, start + captured);
      take?.(part, joined.bytes, end);
      joined.captured = end;
      cut = captured < bytes;
    }
    joined.bytes = start + bytes;
  }
  return joined;
}
