import { formatAddress, parseAddress } from '../../src-shared/address/address';

/**
 * The address with one more certificate to trust, by its SHA-256 (hex, colons or not); null for an
 * address that is not TLS. All else stays checked as it was: nothing is switched off.
 */
export function trusting(address: string, fingerprint: string): string | null {
  const parsed = parseAddress(address);
  if (!parsed.ok) return null;
  const { kind, options } = parsed.address;
  if (kind !== 'tls' && kind !== 'tls-listen') return null;
  const added = fingerprint.replaceAll(':', '').toLowerCase();
  const before = (options.fingerprints ?? []).filter((one) => one !== added);
  return formatAddress({
    ...parsed.address,
    options: { ...options, fingerprints: [...before, added] },
  });
}

/** Whether two addresses are the same one, however they are written. */
export function sameAddress(a: string, b: string): boolean {
  return canonical(a) === canonical(b);
}

function canonical(text: string): string {
  const parsed = parseAddress(text);
  return parsed.ok ? formatAddress(parsed.address) : text;
}
