import type {
  Asks,
  ByteRange,
  LatencyStatistics,
  PairingRule,
} from '../../../../../src-shared/contract/statistics';
import type { Filter } from '../../../../../src-shared/filter/filter';
import { rowTest } from '../../../../../src-shared/filter/matcher';
import type { RowFacts, RowTest } from '../../../../../src-shared/filter/matcher';
import { placeOf } from '../../../../../src-shared/statistics/byte-range';
import { OpenRequests } from './open-requests';
import { ValueHistogram } from './value-histogram';

/** Requests that wait at once. */
const MAX_OPEN = 100_000;
const NS_PER_MS = 1e6;

type Way = 'in' | 'out';

/** A message of a view. */
export interface PairedMessage {
  flow: number;
  way: Way;
  /** Ns on any one clock. */
  at: number;
  facts: RowFacts;
}

/** What a message is: `other`: neither; `short`: it lacks the bytes that tell. */
type Part = { role: 'request' | 'response'; key: string | number } | { role: 'other' | 'short' };

/** What a message is by one rule. */
type Judge = (message: PairedMessage, open: OpenRequests) => Part;

interface PairingOptions {
  rule: PairingRule;
  timeoutMs: number;
  /** What the patterns of a rule mean. Throws for what is no filter. */
  understand: (text: string) => Filter;
  /** An answer came so long after its request, ns. */
  answered: (latencyNs: number) => void;
}

/** Finds the answer to each request, and how long it took. */
export class Pairing {
  readonly #judge: Judge;
  readonly #timeoutNs: number;
  readonly #answered: PairingOptions['answered'];
  readonly #open = new OpenRequests(MAX_OPEN);
  readonly #latencies = new ValueHistogram();
  readonly #clients = new Map<number, Way>();
  #requests = 0;
  #orphans = 0;
  #skipped = 0;
  timedOut = 0;

  constructor({ rule, timeoutMs, understand, answered }: PairingOptions) {
    const clientOf = (message: PairedMessage) => this.#clientOf(message);
    this.#judge = judgeOf(rule, clientOf, (text) => rowTest(understand(text)));
    this.#timeoutNs = timeoutMs * NS_PER_MS;
    this.#answered = answered;
  }

  /** Who dialled on a flow. */
  opened(flow: number, client: Way): void {
    this.#clients.set(flow, client);
  }

  take(message: PairedMessage): void {
    this.expire(message.at);
    const part = this.#judge(message, this.#open);
    switch (part.role) {
      case 'request':
        this.#requests++;
        this.#open.add(part.key, message.at);
        return;
      case 'response': {
        const askedAt = this.#open.take(part.key);
        if (askedAt === null) {
          this.#orphans++;
          return;
        }
        // Times of a foreign capture may run backwards.
        const latencyNs = Math.max(0, message.at - askedAt);
        this.#latencies.add(latencyNs);
        this.#answered(latencyNs);
        return;
      }
      case 'short':
        this.#skipped++;
        return;
      case 'other':
        return;
      default:
        part satisfies never;
    }
  }

  /** It is `now`, ns: what has waited for too long waits no more. */
  expire(now: number): void {
    this.timedOut += this.#open.dropBefore(now - this.#timeoutNs);
  }

  /** When the next request will have waited for too long, ns; null: none waits. */
  get nextTimeoutAt(): number | null {
    const oldest = this.#open.oldestAt;
    return oldest === null ? null : oldest + this.#timeoutNs;
  }

  told(): LatencyStatistics {
    const { timedOut } = this;
    return {
      requests: this.#requests,
      answered: this.#latencies.count,
      timedOut,
      waiting: this.#open.size,
      forgotten: this.#open.forgotten,
      orphans: this.#orphans,
      skipped: this.#skipped,
      ms: this.#latencies.told(NS_PER_MS),
    };
  }

  /** Of a flow that was not seen to open: who speaks first. */
  #clientOf({ flow, way }: PairedMessage): Way {
    const known = this.#clients.get(flow);
    if (known !== undefined) return known;
    this.#clients.set(flow, way);
    return way;
  }
}

function judgeOf(
  rule: PairingRule,
  clientOf: (message: PairedMessage) => Way,
  testOf: (pattern: string) => RowTest,
): Judge {
  switch (rule.by) {
    case 'next':
      return byWay(
        rule.asks,
        clientOf,
        ({ flow }, asking) => flow * 2 + (asking === 'out' ? 1 : 0),
      );
    case 'bytes': {
      const { asks, request, response } = rule;
      return byWay(asks, clientOf, (message, asking) => {
        const bytes = keyBytes(message.facts, asking === message.way ? request : response);
        return bytes === null ? null : `${message.flow} ${asking} ${bytes}`;
      });
    }
    case 'patterns':
      return byPatterns(testOf(rule.request), testOf(rule.response));
    default:
      return rule satisfies never;
  }
}

/** Who asks is told by the way a message goes; `keyOf` null: it has no key. */
function byWay(
  asks: Asks,
  clientOf: (message: PairedMessage) => Way,
  keyOf: (message: PairedMessage, asking: Way) => string | number | null,
): Judge {
  return (message, open) => {
    const { way } = message;
    const other = way === 'in' ? 'out' : 'in';
    if (asks === 'either') {
      const answer = keyOf(message, other);
      if (answer !== null && open.has(answer)) return { role: 'response', key: answer };
      const key = keyOf(message, way);
      return key === null ? { role: 'short' } : { role: 'request', key };
    }
    const asking = asks === 'client' ? clientOf(message) : asks;
    const key = keyOf(message, asking);
    if (key === null) return { role: 'short' };
    return { role: asking === way ? 'request' : 'response', key };
  };
}

function keyBytes(facts: RowFacts, range: ByteRange): string | null {
  const place = placeOf(range, facts.lengthBytes);
  if (place === null) return null;
  return String.fromCharCode(...facts.payload().subarray(place.start, place.end));
}

/** What passes both is an answer when something waits for one. */
function byPatterns(request: RowTest, response: RowTest): Judge {
  return ({ flow, facts }, open) => {
    const asks = request(facts);
    if (response(facts) && (!asks || open.has(flow))) return { role: 'response', key: flow };
    return asks ? { role: 'request', key: flow } : { role: 'other' };
  };
}
