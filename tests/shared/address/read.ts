import type { Address } from '../../../src-shared/address/address';
import { formatAddress, parseAddress } from '../../../src-shared/address/address';
import type { AddressError } from '../../../src-shared/address/problem';

export function read(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.message}`);
  return parsed.address;
}

export function errorOf(text: string): AddressError {
  const parsed = parseAddress(text);
  if (parsed.ok) throw new Error(`${text} is an address: ${formatAddress(parsed.address)}`);
  return parsed.error;
}
