import { createSocket } from 'node:dgram';
import type { RoutePath } from '../../../src-shared/contract/network';
import type { ResultOf } from '../../../src-shared/contract/engine';
import type { SocketError } from '../../../src-shared/contract/socket';
import { parseIp } from '../capture/format/ip-address';
import { epochMs, now } from '../clock';
import { plainHost } from '../sockets/endpoint';
import { familyOf, resolve } from '../sockets/resolve';
import { toSocketError } from '../sockets/socket-error';
import { withoutScope } from '../sockets/udp-names';
import { interfaceWith, ownAddresses, readInterfaces } from './interfaces';
import type { OwnAddress } from './interfaces';
import { gatewayTo } from './route-table';
import { commonBits, inSubnet, isMulticast, isPrivate } from './subnet';

/** Any will do: nothing is sent. */
const DISCARD_PORT = 9;

/** Addresses of one name that are looked at; more would help nobody. */
const MAX_PATHS = 16;

/** Where a packet to `host` would go, for each of its addresses. Sends none; never rejects. */
export async function route(host: string): Promise<ResultOf<'route'>> {
  const bare = host.trim().replace(/^\[(.*)\]$/, '$1');
  if (familyOf(bare) !== null) return { paths: [await pathTo(bare)], error: null, resolveMs: null };
  const startedAt = epochMs(now());
  const resolved = await resolve(bare, null);
  const resolveMs = epochMs(now()) - startedAt;
  if (!resolved.ok) return { paths: [], error: short(resolved.error), resolveMs };
  const addresses = [...new Set(resolved.addresses.map(({ address }) => address))];
  const paths = await Promise.all(addresses.slice(0, MAX_PATHS).map(pathTo));
  return { paths, error: null, resolveMs };
}

async function pathTo(address: string): Promise<RoutePath> {
  const family = familyOf(address) === 6 ? 'IPv6' : 'IPv4';
  const unknown: RoutePath = {
    address,
    family,
    source: null,
    interface: null,
    via: null,
    gateway: null,
    error: null,
    mismatch: null,
  };
  const interfaces = readInterfaces();
  const own = ownAddresses(interfaces);
  const unscoped = withoutScope(address);
  if (unscoped) return { ...unknown, error: short(unscoped) };
  const source = await sourceFor(address);
  if (typeof source !== 'string')
    return { ...unknown, error: short(toSocketError(source)), mismatch: mismatch(address, own) };
  const through = interfaceWith(interfaces, source);
  const known = { ...unknown, source, interface: through?.name ?? null };
  // To one of our own addresses a packet stays here, whatever interface has that address.
  if (through?.loopback === true || interfaceWith(interfaces, address) !== null)
    return { ...known, via: 'local' };
  const gateway = through ? gatewayTo(address, through.name) : undefined;
  const onLink = gateway === null || toMany(address) || own.some((one) => inSubnet(address, one));
  if (onLink) return { ...known, via: 'link' };
  return { ...known, via: 'router', gateway: gateway ?? null, mismatch: mismatch(address, own) };
}

/** Goes out on the link itself, whatever the routing table has for its range. */
function toMany(address: string): boolean {
  return address === '255.255.255.255' || isMulticast(address);
}

/** Connecting a datagram socket chooses the way and sends nothing (connect(2)). */
function sourceFor(address: string): Promise<string | Error> {
  return new Promise((done) => {
    const socket = createSocket({
      type: familyOf(address) === 6 ? 'udp6' : 'udp4',
      lookup: (host, _options, answer) => {
        answer(null, host, familyOf(host) ?? 4);
      },
    });
    const finish = (found: string | Error) => {
      socket.removeAllListeners();
      socket.close();
      done(found);
    };
    socket.once('error', finish);
    try {
      // A broadcast address has a way too; without the option the system would refuse it.
      socket.bind(0, () => {
        try {
          socket.setBroadcast(true);
          socket.connect(DISCARD_PORT, address, (...failed: unknown[]) => {
            const [error] = failed;
            finish(error instanceof Error ? error : plainHost(socket.address().address));
          });
        } catch (thrown) {
          finish(thrown instanceof Error ? thrown : new Error(String(thrown)));
        }
      });
    } catch (thrown) {
      finish(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  });
}

/** A private address in none of our subnets: ours of the same kind that is most like it. */
function mismatch(address: string, own: readonly OwnAddress[]): OwnAddress | null {
  if (!isPrivate(address) || own.some((one) => inSubnet(address, one))) return null;
  const target = parseIp(address);
  if (target === null) return null;
  let best: OwnAddress | null = null;
  let most = -1;
  for (const one of own) {
    const ours = one.scope === 'host' ? null : parseIp(one.address);
    const bits = ours === null ? -1 : commonBits(ours, target);
    if (bits <= most) continue;
    most = bits;
    best = one;
  }
  return best;
}

function short({ code, message }: SocketError): { code: string; message: string } {
  return { code, message };
}
