import { counted } from '../../../src-shared/counted';
import { BlockList, isIPv6 } from 'node:net';
import type { Socket } from 'node:net';
import type { AddressOptions } from '../../../src-shared/address/address-options';
import { parseOptions } from '../../../src-shared/address/address';
import type { SocketError, SocketInfo } from '../../../src-shared/contract/socket';
import { refusal } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';
import type { Limits } from './socket-actions';

/** What `setLimits` and `setOption` change. */
type LiveRules = { maxClients?: number | null; block?: string[] };

/** Whom a listener takes, and how many it has turned away. */
export class AcceptRules {
  #maxClients: number | null;
  #ranges: string[];
  #blocked: BlockList | null;
  #refused = 0;

  constructor({ maxClients, block }: AddressOptions) {
    this.#maxClients = maxClients ?? null;
    this.#ranges = block ?? [];
    this.#blocked = blockList(this.#ranges);
  }

  get state(): Pick<SocketInfo, 'maxClients' | 'block' | 'refusedClients'> {
    return {
      maxClients: this.#maxClients,
      block: this.#ranges,
      refusedClients: this.#refused,
    };
  }

  /** Throws a `CommandError` for a range that is none. */
  set({ maxClients, block }: Limits): void {
    this.setLive({ maxClients, block: block.length === 0 ? [] : understood(block) });
  }

  /** Those of the options that are rules; the others stay. */
  setLive({ maxClients = this.#maxClients, block = this.#ranges }: LiveRules): void {
    this.#maxClients = maxClients;
    this.#ranges = block;
    this.#blocked = blockList(block);
  }

  /** Why a client is turned away, which is counted; null: it may stay. `host` null: it has none. */
  refusal(host: string | null, clients: number): SocketError | null {
    const refusal = this.#check(host, clients);
    if (refusal) this.#refused += 1;
    return refusal;
  }

  #check(host: string | null, clients: number): SocketError | null {
    if (host !== null && this.#blocked?.check(plain(host), isIPv6(host) ? 'ipv6' : 'ipv4') === true)
      return { code: 'ERR_CLIENT_BLOCKED', syscall: 'accept', message: `${host} is blocked` };
    if (this.#maxClients === null || clients < this.#maxClients) return null;
    const message = `${counted(this.#maxClients, 'client')} connected, which is the limit`;
    return { code: 'ERR_MAX_CLIENTS', syscall: 'accept', message };
  }
}

/** It was accepted, which cannot be helped, and is over at once. */
export function turnAway(socket: Socket): void {
  socket.on('error', () => {
    // It is being thrown away: that it also failed is no news.
  });
  // Node refuses to reset what is not TCP; local sockets have no address.
  if (socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}

function understood(block: readonly string[]): string[] {
  const text = `block="${block.join(';')}"`;
  const parsed = parseOptions(text, 'tcp-listen');
  if (parsed.ok) return parsed.options.block ?? [];
  const why = parsed.error.message;
  throw new CommandError(
    'ERR_BAD_COMMAND',
    refusal('bad-options', { why, text, kind: 'tcp-listen' }),
  );
}

function blockList(ranges: readonly string[]): BlockList | null {
  if (ranges.length === 0) return null;
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** Without the interface, which is no part of an address in a list. */
function plain(host: string): string {
  return host.split('%')[0] ?? host;
}
