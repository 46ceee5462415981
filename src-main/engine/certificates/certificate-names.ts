import { isIP } from 'node:net';
import { refusal, type Refused } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';

/** What a server's certificate is for, as its SubjectAltName says it (RFC 5280 §4.2.1.6). */
export interface AltName {
  type: 'dns' | 'ip';
  value: string;
}

/** Letters, digits and hyphens, as a certificate has them; `*` only as the whole first label. */
const DNS_NAME =
  /^(?=.{1,253}$)(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;

/** Throws a CommandError that names what is wrong. */
export function altNames(names: readonly string[], addresses: readonly string[]): AltName[] {
  const found = [...names.map(dnsName), ...addresses.map(ipAddress)];
  if (found.length === 0) throw bad(refusal('certificate-for-none'));
  const seen = new Set<string>();
  return found.filter(({ value }) => !seen.has(value) && seen.add(value));
}

function dnsName(name: string): AltName {
  const value = asciiName(name.trim().replace(/\.$/, ''));
  if (isIP(value) !== 0) throw bad(refusal('certificate-address', { name: value }));
  if (!DNS_NAME.test(value)) throw bad(refusal('certificate-name', { name }));
  return { type: 'dns', value };
}

/** Names in other scripts stand in certificates as punycode (RFC 5280 §7.2). */
function asciiName(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name)) return name;
  try {
    return new URL(`http://${name}`).hostname;
  } catch {
    return name;
  }
}

function ipAddress(address: string): AltName {
  const value = address.trim().replace(/^\[(.*)\]$/, '$1');
  if (value.includes('%')) throw bad(refusal('certificate-scope', { address: value }));
  if (isIP(value) === 0) throw bad(refusal('certificate-ip', { address }));
  return { type: 'ip', value };
}

function bad(refused: Refused): CommandError {
  return new CommandError('ERR_BAD_CERTIFICATE', refused);
}
