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

  resolve(host: string): Promise<Resolved> {
    const known = this.#cache.get(host);
    if (known && known.until > performance.now()) return known.answer;
    if (this.#cache.size >= CACHE_NAMES) this.#cache.clear();
    const answer = resolve(host, this.#reach.dual ? null : this.#reach.family);
    this.#cache.set(host, { until: performance.now() + CACHE_MS, answer });
    return answer;
  }

  /** A failure is not kept: the next send asks again. */
  forget(host: string): void {
    this.#cache.delete(host);
  }
}
