import { ipVersion } from '../../src-shared/address/ip';

/** A number of clients as typed: null for no limit, undefined for what is none. */
export function clientLimit(text: string): number | null | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  return /^\d{1,9}$/.test(typed) && Number(typed) >= 1 ? Number(typed) : undefined;
}

/** An IP address or a CIDR range as typed, or null when it is neither. */
export function blockEntry(text: string): string | null {
  const [, host = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? [];
  const version = ipVersion(host);
  if (version === 0) return null;
  if (bits !== undefined && Number(bits) > (version === 4 ? 32 : 128)) return null;
  return text.trim().toLowerCase();
}
