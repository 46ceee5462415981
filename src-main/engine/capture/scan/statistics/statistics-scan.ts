import type { Statistics, StatisticsOptions } from '../../../../../src-shared/contract/statistics';
import { MAX_BUCKETS, USUAL_BUCKETS } from '../../../../../src-shared/contract/statistics';
import type { SocketId } from '../../../../../src-shared/contract/socket';
import type { Filter } from '../../../../../src-shared/filter/filter';
import type { Framing } from '../../../../../src-shared/framing/framing';
import { FrameScan } from '../frame-scan';
import type { RowSource, RowTime } from '../../rows/row-reader';
import { RowScan } from '../row-scan';
import type { ScannedFacts } from '../../rows/scanned-facts';
import { Pairing } from './pairing';
import { TimeBuckets } from './time-buckets';
import { ValueHistogram } from './value-histogram';

/** What was added up is told so often at most: nobody reads figures faster. */
const TELL_MS = 250;
const NS_PER_MS = 1e6;

const ALL: Filter = { kind: 'all', parts: [] };

/** Nanoseconds since the first time it was given, exact where captures are. */
class Clock {
  #base: RowTime | null = null;

  nsOf(time: RowTime): number {
    this.#base ??= time;
    const base = this.#base;
    const ns = (time.ms - base.ms) * NS_PER_MS;
    if (time.unitsPerMs !== base.unitsPerMs) return Math.round(ns);
    const units = (time.high - base.high) * 2 ** 32 + (time.low - base.low);
    const exact = units * (NS_PER_MS / time.unitsPerMs);
    // Interfaces may count the same units from different days.
    return Math.round(Math.abs(exact - ns) > NS_PER_MS ? ns : exact);
  }

  /** Of an epoch ms. */
  nsOfMs(ms: number): number {
    return this.#base === null ? 0 : Math.round((ms - this.#base.ms) * NS_PER_MS);
  }

  msOf(ns: number): number {
    return (this.#base?.ms ?? 0) + ns / NS_PER_MS;
  }
}

/** One direction. */
class DirectionSums {
  readonly #sizes = new ValueHistogram();
  readonly #gaps = new ValueHistogram();
  #bytes = 0;
  #last: number | null = null;

  /** `at` in ns; null: not known. */
  add(bytes: number, at: number | null): void {
    this.#bytes += bytes;
    this.#sizes.add(bytes);
    if (at === null) return;
    if (this.#last !== null) this.#gaps.add(Math.max(0, at - this.#last));
    this.#last = at;
  }

  told(): Statistics['in'] {
    const sizes = this.#sizes.told();
    return { messages: sizes.count, bytes: this.#bytes, sizes, gapsMs: this.#gaps.told(NS_PER_MS) };
  }
}

interface StatisticsScanOptions {
  filter: Filter | null;
  framing: Framing | null;
  socket: SocketId | null;
  options: StatisticsOptions;
  understand: (text: string) => Filter;
  /** It is being recorded: time goes on when nothing comes. */
  live: boolean;
}

/** Adds up the messages of a view, from the first row on; keeps sums only, however many there are. */
export class StatisticsScan {
  readonly #scan: RowScan | FrameScan;
  readonly #live: boolean;
  readonly #clock = new Clock();
  readonly #in = new DirectionSums();
  readonly #out = new DirectionSums();
  readonly #buckets: TimeBuckets;
  readonly #pairing: Pairing | null;
  #firstAt: number | null = null;
  #lastAt: number | null = null;
  #untimed = 0;
  /** Of the message that is looked at. */
  #atMs = 0;
  #changed = true;
  #toldAt = -Infinity;

  constructor(
    source: RowSource,
    { filter, framing, socket, options, understand, live }: StatisticsScanOptions,
  ) {
    const { pairing, timeoutMs, bucketMs } = options;
    this.#live = live;
    this.#buckets = new TimeBuckets(bucketMs ?? 1, bucketMs === null ? USUAL_BUCKETS : MAX_BUCKETS);
    const answered = (latencyNs: number) => {
      this.#buckets.answer(this.#atMs, latencyNs / NS_PER_MS);
    };
    this.#pairing = pairing && new Pairing({ rule: pairing, timeoutMs, understand, answered });
    const visit = (facts: ScannedFacts, shown: boolean) => {
      this.#look(facts, shown);
    };
    this.#scan = framing
      ? new FrameScan(source, framing, filter, socket, (_entry, facts, shown) => {
          visit(facts, shown);
        })
      : new RowScan(source, filter ?? ALL, socket, visit);
  }

  get scanned(): number {
    return this.#scan.scanned;
  }

  get pendingBytes(): number {
    return this.#scan.pendingBytes;
  }

  /** Goes on for about `ms`, at most to `end`. */
  scan(end: number, ms: number): void {
    if (this.scanned < end) this.#changed = true;
    this.#scan.scan(end, ms, () => undefined);
  }

  /** No more rows will come. */
  finish(): void {
    if (this.#scan instanceof FrameScan) this.#scan.finish(() => undefined);
  }

  /** What is told now; null: nothing is new, or it was told a moment ago. `over`: it is the last. */
  news(over: boolean): Statistics | null {
    if (this.#live) this.#expire(Date.now());
    const now = performance.now();
    if (!over && (!this.#changed || now - this.#toldAt < TELL_MS)) return null;
    this.#toldAt = now;
    this.#changed = false;
    return this.#told();
  }

  /** How long until there is something to tell though no row comes, ms; null: never. */
  get wakeMs(): number | null {
    if (this.#changed) return Math.max(1, this.#toldAt + TELL_MS - performance.now());
    const next = this.#live ? (this.#pairing?.nextTimeoutAt ?? null) : null;
    return next === null ? null : Math.max(1, this.#clock.msOf(next) - Date.now() + 1);
  }

  #expire(nowMs: number): void {
    const pairing = this.#pairing;
    if (!pairing) return;
    const before = pairing.timedOut;
    pairing.expire(this.#clock.nsOfMs(nowMs));
    if (pairing.timedOut !== before) this.#changed = true;
  }

  #look(facts: ScannedFacts, shown: boolean): void {
    const { way } = facts;
    if (way !== 'in' && way !== 'out') {
      if (!this.#pairing) return;
      if (facts.event === 'connected') this.#pairing.opened(facts.flow, 'out');
      if (facts.event === 'accepted') this.#pairing.opened(facts.flow, 'in');
      return;
    }
    if (!shown) return;
    const { time, lengthBytes } = facts;
    const sums = way === 'in' ? this.#in : this.#out;
    // A block that is gone, or of a kind that has no time.
    if (time.unitsPerMs === 0 || time.ms <= 0) {
      this.#untimed++;
      sums.add(lengthBytes, null);
      return;
    }
    const at = this.#clock.nsOf(time);
    this.#atMs = time.ms;
    this.#firstAt = Math.min(this.#firstAt ?? Infinity, time.ms);
    this.#lastAt = Math.max(this.#lastAt ?? -Infinity, time.ms);
    sums.add(lengthBytes, at);
    this.#buckets.message(time.ms, way === 'out', lengthBytes);
    this.#pairing?.take({ flow: facts.flow, way, at, facts });
  }

  #told(): Statistics {
    return {
      in: this.#in.told(),
      out: this.#out.told(),
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
      untimed: this.#untimed,
      goneRows: this.#scan.goneRows,
      timeline: this.#buckets.told(),
      latency: this.#pairing?.told() ?? null,
    };
  }
}
