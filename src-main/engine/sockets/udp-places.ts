import type { AddressOptions } from '../../../src-shared/address/address-options';
import { familyOf } from './resolve';
import type { Reach } from './udp-names';

/** Where a socket may be bound, and what it reaches from there. */
export interface AnyPlace extends Reach {
  bind: string;
}

const V4: AnyPlace = { family: 4, dual: false, bind: '0.0.0.0' };

/** Those to try for all addresses, in order; the second where there is no IPv6. */
export function anyPlaces(family: 4 | 6 | null, options: AddressOptions): AnyPlace[] {
  const wanted = family ?? (options.v6only === true ? 6 : familyOfSettings(options));
  if (wanted === 4) return [V4];
  const v6: AnyPlace = { family: 6, dual: wanted === null, bind: '::' };
  return wanted === 6 ? [v6] : [v6, V4];
}

/**
 * The family that the settings speak of. The system keeps these for IPv4 and IPv6 apart, and Node
 * sets those of the socket's own family: on a socket of both, what goes to IPv4 would leave with
 * the system's values, against what was asked for.
 */
function familyOfSettings(options: AddressOptions): 4 | 6 | null {
  const { join = [], ttl, multicastTtl, multicastLoopback, multicastInterface, v6only } = options;
  const families = new Set(join.map((item) => familyOf(splitGroup(item).group)));
  const [only] = families;
  if (families.size === 1 && typeof only === 'number') return only;
  const told = [ttl, multicastTtl, multicastLoopback, multicastInterface];
  if (families.size > 1 || told.every((value) => value === undefined)) return null;
  if (v6only === false) return null;
  return familyOf(multicastInterface ?? '') ?? 4;
}

/** `GROUP%INTERFACE`, for IPv4 too. */
export function splitGroup(item: string): { group: string; scope: string | null } {
  const percent = item.indexOf('%');
  if (percent === -1) return { group: item, scope: null };
  return { group: item.slice(0, percent), scope: item.slice(percent + 1) };
}
