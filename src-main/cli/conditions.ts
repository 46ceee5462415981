import type { SocketId } from '../../src-shared/contract/socket';
import type { Pattern } from '../../src-shared/payload/pattern';
import { PatternMatcher } from '../../src-shared/payload/pattern';
import type { Chunk } from '../engine/sockets/chunk';
import { boundedRegexTest } from './regex-test';

export interface ConditionOptions {
  expect?: Pattern;
  count?: number;
  idleMs?: number;
  timeoutMs?: number;
  durationMs?: number;
}

export type ConditionMet = 'matched' | 'count' | 'idle' | 'timeout' | 'duration';

/** What ends a command of its own accord: a pattern, a number of chunks, silence, time. */
export class Conditions {
  readonly #options: ConditionOptions;
  readonly #met: (which: ConditionMet) => void;
  readonly #matchers = new Map<SocketId, PatternMatcher>();
  readonly #timers: NodeJS.Timeout[] = [];
  #idle: NodeJS.Timeout | null = null;
  #received = 0;
  #isOpen = false;

  constructor(options: ConditionOptions, met: (which: ConditionMet) => void) {
    this.#options = options;
    this.#met = met;
  }

  /** Whether any of them needs to see each chunk. */
  get watches(): boolean {
    const { expect, count, idleMs } = this.#options;
    return expect !== undefined || count !== undefined || idleMs !== undefined;
  }

  /** Whether something says when to end, other than the peer. */
  get endsByItself(): boolean {
    return this.watches || this.#options.durationMs !== undefined;
  }

  /** The command begins: its time limit runs, name resolution and connecting included. */
  begun(): void {
    this.#after(this.#options.timeoutMs, 'timeout');
  }

  /** The root is open: silence and duration are counted from here. */
  opened(): void {
    this.#isOpen = true;
    this.#after(this.#options.durationMs, 'duration');
    this.#startIdle();
  }

  /** While nothing is read because of us, silence is ours and not the peer's. */
  held(held: boolean): void {
    if (!this.#isOpen) return;
    if (held) this.#stopIdle();
    else this.#startIdle();
  }

  chunk({ socket, direction, bytes }: Chunk, datagram: boolean): void {
    this.#idle?.refresh();
    if (direction !== 'in') return;
    this.#received++;
    const { expect, count } = this.#options;
    if (expect && this.#matcher(expect, socket, datagram).push(bytes)) this.#met('matched');
    else if (this.#received === count) this.#met('count');
  }

  forget(socket: SocketId): void {
    this.#matchers.delete(socket);
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#isOpen = false;
    this.#stopIdle();
  }

  #startIdle(): void {
    const { idleMs } = this.#options;
    if (idleMs === undefined) return;
    this.#idle ??= setTimeout(() => {
      this.#met('idle');
    }, idleMs);
  }

  #stopIdle(): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = null;
  }

  /** A stream is looked at as a whole, each datagram for itself. */
  #matcher(expect: Pattern, socket: SocketId, datagram: boolean): PatternMatcher {
    const known = datagram ? undefined : this.#matchers.get(socket);
    if (known) return known;
    const matcher = new PatternMatcher(expect, boundedRegexTest);
    if (!datagram) this.#matchers.set(socket, matcher);
    return matcher;
  }

  #after(ms: number | undefined, which: ConditionMet): void {
    if (ms === undefined) return;
    this.#timers.push(
      setTimeout(() => {
        this.#met(which);
      }, ms),
    );
  }
}
