import type { SocketError } from '../../../src-shared/contract/socket';
import { refusal } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';
import { isLinkLocal } from '../network/subnet';
import { familyOf, resolve } from './resolve';
import type { Resolved } from './resolve';

const CACHE_MS = 30_000;
const CACHE_NAMES = 256;

/** What an open UDP socket can send to. */
export interface Reach {
  family: 4 | 6;
  /** Also sends to IPv4 addresses, as `::ffff:1.2.3.4`. */
  dual: boolean;
}

/**
 * The addresses that one UDP socket sends to, in the spelling its handle takes. Names are resolved
 * once and kept for 30 s, so that a send of a thousand datagrams does not ask a thousand times.
 */
export class UdpNames {
  readonly #reach: Reach;
  readonly #cache = new Map<string, { until: number; answer: Promise<Resolved> }>();

  constructor(reach: Reach) {
    this.#reach = reach;
  }

  /** The spelling for a literal address; null when `host` is a name. */
  literal(host: string): string | null {
    const family = familyOf(host);
    if (family === null) return null;
    return family === 4 && this.#reach.family === 6 ? `::ffff:${host}` : host;
  }

  /** Whether the socket's family can reach a literal address at all. */
  reaches(host: string): boolean {
    const family = familyOf(host);
    return family === null || family === this.#reach.family || (family === 4 && this.#reach.dual);
  }

  /** Throws a `CommandError` for a literal address that the socket cannot send to. */
  check(host: string): void {
    const unscoped = withoutScope(host);
    if (unscoped) throw new CommandError({ ...unscoped, syscall: 'send' });
    if (this.reaches(host)) return;
    const { family } = this.#reach;
    throw new CommandError('ERR_WRONG_FAMILY', refusal('wrong-family', { host, family }));
  }

  /** The spelling of the first address of a name that can be reached, or why there is none. */
  async find(host: string): Promise<string | SocketError> {
    const resolved = await this.#resolve(host);
    const found = resolved.ok ? resolved.addresses.find((a) => this.reaches(a.address)) : null;
    const wireHost = found ? this.literal(found.address) : null;
    if (wireHost !== null) return wireHost;
    // A failure is not kept: the next send asks again.
    this.#cache.delete(host);
    const refused = refusal('unreachable-name', { host });
    return resolved.ok ? { code: 'ENOTFOUND', ...refused } : resolved.error;
  }

  #resolve(host: string): Promise<Resolved> {
    const known = this.#cache.get(host);
    if (known && known.until > performance.now()) return known.answer;
    if (this.#cache.size >= CACHE_NAMES) this.#cache.clear();
    const answer = resolve(host, this.#reach.dual ? null : this.#reach.family);
    this.#cache.set(host, { until: performance.now() + CACHE_MS, answer });
    return answer;
  }
}

/** A link-local address alone could be on any link (RFC 4007 §6); null when it is none. */
export function withoutScope(host: string): SocketError | null {
  if (familyOf(host) !== 6 || host.includes('%') || !isLinkLocal(host)) return null;
  return { code: 'ERR_SCOPE_MISSING', syscall: 'connect', ...refusal('address-scope', { host }) };
}
