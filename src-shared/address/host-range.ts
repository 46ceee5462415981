import { ipVersion } from './ip';
import { AddressProblem } from './problem';

const EXAMPLE = 'tcp:192.168.1.0/24:502';
const RANGE = /^(\d+(?:\.\d+){3})([/-])([\d.]+)$/;

/** IPv4 addresses one after another, as numbers, both ends in it. */
export interface HostRange {
  readonly from: number;
  readonly to: number;
}

/** Whether it is written as several addresses, right or wrong; no name looks like that. */
export function looksLikeRange(host: string): boolean {
  return RANGE.test(host);
}

/**
 * `192.168.1.0/24` (without the addresses of the network and of its broadcast, RFC 1122 §3.2.1.3),
 * `192.168.1.10-20`, `192.168.1.10-192.168.2.9`. Null for one host. `at`: where it stands in the
 * text. Throws an `AddressProblem`.
 */
export function readHostRange(text: string, at: number): HostRange | null {
  const [, first = '', sign, rest = ''] = RANGE.exec(text) ?? [];
  if (sign === undefined) return null;
  if (ipVersion(first) !== 4) throw wrong(text, at);
  const from = numberOf(first);
  if (sign === '/') return subnet(text, at, from, rest);
  const last = rest.includes('.') ? rest : first.replace(/\d+$/, rest);
  if (ipVersion(last) !== 4) throw wrong(text, at);
  const to = numberOf(last);
  if (to >= from) return { from, to };
  const nearest = rest.includes('.') ? `${rest}-${first}` : `${last}-${first.replace(/.*\./, '')}`;
  const sentence = `The range "${text}" runs backwards; did you mean "${nearest}"?`;
  throw new AddressProblem('bad-port-range', at, sentence, {
    found: text,
    nearest,
    example: EXAMPLE,
  });
}

/** The text of an address of a range. */
export function hostText(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

function subnet(text: string, at: number, address: number, bits: string): HostRange {
  const prefix = Number(bits);
  if (!/^\d{1,2}$/.test(bits) || prefix > 32) throw wrong(text, at);
  const size = 2 ** (32 - prefix);
  const from = address - (address % size);
  const to = from + size - 1;
  // A link of two has neither of the two (RFC 3021).
  return prefix > 30 ? { from, to } : { from: from + 1, to: to - 1 };
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function wrong(found: string, at: number): AddressProblem {
  const sentence = `"${found}" is no range of addresses; write 192.168.1.0/24 or 192.168.1.10-20`;
  return new AddressProblem('bad-host-range', at, sentence, { found, example: EXAMPLE });
}
