import type { Address } from '../../src-shared/address/address';
import { DIALS } from '../../src-shared/address/kinds';

/**
 * This end, not the engine, decides when a dialled connection is over, since what is to be sent goes
 * out after the peer's FIN too. What dials again waits for that end, so it stays with the engine.
 */
export function dialledAddress(address: Address): Address {
  const { options } = address;
  const again = options.reconnectMs ?? options.reconnectMaxMs ?? options.reconnectLimit;
  if (!DIALS.includes(address.kind) || options.halfOpen !== undefined || again !== undefined)
    return address;
  return { ...address, options: { ...options, halfOpen: true } };
}
