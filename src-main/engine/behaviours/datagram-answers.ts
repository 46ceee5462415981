import { networkInterfaces } from 'node:os';
import type { Endpoint } from '../../../src-shared/contract/socket';

/**
 * Services that answer whatever comes (RFC 862, 867, 864, 868, and 865's quotes): two of them that
 * are set on each other, by one datagram with a forged source, would answer for ever.
 */
const ANSWERING_PORTS = new Set([7, 13, 17, 19, 37]);

/** Answers to one remote address: so many a second, with so many saved up. */
const ANSWERS_PER_SECOND = 10_000;

/** An answer that is more than so many times as long as its question counts as MUCH_LONGER_COSTS. */
const MUCH_LONGER = 3;
const MUCH_LONGER_COSTS = 100;

/** Of one remote port's datagrams so many in a row may be exactly what it was sent before. */
const RETURNED_IN_A_ROW = 10_000;

/** So many remote ports are watched; of more, the older half is forgotten. */
const WATCHED = 8192;

/** How old may be what is known of the computer's own addresses. */
const OWN_ADDRESSES_MS = 2000;

/** Why a datagram gets no answer. */
export type Refusal = 'answering-port' | 'own-address' | 'too-many' | 'our-own-answers';

interface Allowance {
  left: number;
  atMs: number;
}

interface Returned {
  /** A hash of what was sent last. */
  last: number;
  inARow: number;
}

/**
 * Which datagrams may be answered. UDP has no connection that tells who is there, so an answering
 * socket can be made to flood somebody else, or another one like it, by forged datagrams. In a loop
 * every datagram left out ends one that goes round, so limits end loops and do not only slow them.
 */
export class DatagramAnswers {
  readonly #allowances = new Map<string, Allowance>();
  readonly #returned = new Map<string, Returned>();
  #ownAddresses: { readAtMs: number; all: ReadonlySet<string> } | null = null;

  /**
   * Null: it may be answered, and that counts. `local` is where it came in, `copies` how many times
   * the answer is sent.
   */
  refusal(
    from: Endpoint,
    local: Endpoint,
    question: Uint8Array,
    { bytes: answer, copies }: { bytes: Uint8Array; copies: number },
    nowMs: number,
  ): Refusal | null {
    if (ANSWERING_PORTS.has(from.port)) return 'answering-port';
    if (from.port === local.port && this.#isOwn(from.host, local.host, nowMs)) return 'own-address';
    const isMuchLonger = answer.byteLength > MUCH_LONGER * Math.max(question.byteLength, 1);
    const cost = isMuchLonger ? MUCH_LONGER_COSTS : Math.max(copies, 1);
    if (!this.#take(from.host, cost, nowMs)) return 'too-many';
    return this.#comesBack(`${from.host} ${from.port}`, question, answer)
      ? 'our-own-answers'
      : null;
  }

  /** A socket bound to all addresses is reached under each of them. */
  #isOwn(host: string, local: string, nowMs: number): boolean {
    if (host === local) return true;
    if (local !== '0.0.0.0' && local !== '::') return false;
    // To ask the system costs much more than an answer.
    if (!this.#ownAddresses || nowMs - this.#ownAddresses.readAtMs > OWN_ADDRESSES_MS)
      this.#ownAddresses = { readAtMs: nowMs, all: readOwnAddresses(this.#ownAddresses?.all) };
    return this.#ownAddresses.all.has(host);
  }

  #take(host: string, cost: number, nowMs: number): boolean {
    let allowance = this.#allowances.get(host);
    if (!allowance) {
      forgetOlder(this.#allowances);
      allowance = { left: ANSWERS_PER_SECOND, atMs: nowMs };
      this.#allowances.set(host, allowance);
    }
    const earned = ((nowMs - allowance.atMs) / 1000) * ANSWERS_PER_SECOND;
    allowance.left = Math.min(ANSWERS_PER_SECOND, allowance.left + earned);
    allowance.atMs = nowMs;
    if (allowance.left < cost) return false;
    allowance.left -= cost;
    return true;
  }

  #comesBack(peer: string, question: Uint8Array, answer: Uint8Array): boolean {
    let returned = this.#returned.get(peer);
    if (!returned) {
      forgetOlder(this.#returned);
      returned = { last: -1, inARow: 0 };
      this.#returned.set(peer, returned);
    }
    returned.inARow = hash(question) === returned.last ? returned.inARow + 1 : 0;
    returned.last = hash(answer);
    if (returned.inARow < RETURNED_IN_A_ROW) return false;
    returned.inARow = 0;
    return true;
  }
}

/** In halves: to take one off with each new one would cost a search each time. */
function forgetOlder(map: Map<string, unknown>): void {
  if (map.size < WATCHED) return;
  let count = 0;
  for (const key of map.keys()) {
    map.delete(key);
    count += 1;
    if (count >= WATCHED / 2) return;
  }
}

function readOwnAddresses(before: ReadonlySet<string> = new Set()): ReadonlySet<string> {
  try {
    const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    return new Set(all.map(({ address }) => address));
  } catch {
    // No descriptor is left to ask the system with; what was read last is the best that is known.
    return before;
  }
}

/** FNV-1a of the first bytes and the length: enough to tell what comes back from what is new. */
function hash(bytes: Uint8Array): number {
  let value = 0x811c9dc5 ^ bytes.byteLength;
  for (const byte of bytes.subarray(0, 64)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}
