import type { PeerNames, RoutePath } from '../../../src-shared/contract/network';
import { refusal } from '../../../src-shared/refusal/refusal';
import { epochMs, now } from '../clock';
import { CommandError } from '../command-error';
import { plainHost } from '../sockets/endpoint';
import { namesOf } from '../sockets/look-ups';
import { familyOf } from '../sockets/resolve';
import { toSocketError } from '../sockets/socket-error';
import { neighbours } from './neighbours';
import { route } from './route';
import { isMulticast } from './subnet';

const MAX_NAME_LENGTH = 255;

/**
 * What the system knows of a literal address besides the address. Sends what a look-up of a name
 * sends and nothing to the address itself. Throws a `CommandError` for a name; rejects for nothing else.
 */
export async function peerNames(text: string): Promise<PeerNames> {
  const address = plainHost(text.trim().replace(/^\[(.*)\]$/, '$1'));
  if (familyOf(address) === null)
    throw new CommandError('ERR_BAD_ADDRESS', refusal('not-an-ip', { text }));
  const [named, link] = await Promise.all([nameOf(address), macOf(address)]);
  return { ...named, ...link };
}

async function nameOf(address: string): Promise<Pick<PeerNames, 'names' | 'error' | 'ms'>> {
  const startedAt = epochMs(now());
  const found = await namesOf(address);
  const ms = epochMs(now()) - startedAt;
  if (!(found instanceof Error))
    return { names: found.map((name) => name.slice(0, MAX_NAME_LENGTH)), error: null, ms };
  const { code, message } = toSocketError(found);
  return { names: [], error: { code, message }, ms };
}

async function macOf(address: string): Promise<Pick<PeerNames, 'mac' | 'macReason'>> {
  if (isMulticast(address) || address === '255.255.255.255')
    return { mac: null, macReason: 'group' };
  const { paths } = await route(address);
  const [path] = paths;
  if (path?.via === 'local') return { mac: null, macReason: 'local' };
  if (path?.via === 'router') return { mac: null, macReason: 'router' };
  const { neighbours: known, reason } = await neighbours();
  const found = known.find((one) => isSame(one.address, one.interface, address, path));
  if (found?.mac) return { mac: found.mac, macReason: null };
  const unread = reason === 'unsupported' || (reason === 'ipv4-only' && familyOf(address) === 6);
  return { mac: null, macReason: unread ? 'unsupported' : 'unseen' };
}

/** One link-local address may be on two links. */
function isSame(
  theirs: string,
  on: string | null,
  asked: string,
  path: RoutePath | undefined,
): boolean {
  const [bare] = theirs.split('%');
  if (bare?.toLowerCase() !== asked.split('%')[0]?.toLowerCase()) return false;
  return on === null || path?.interface === null || path?.interface === on;
}
