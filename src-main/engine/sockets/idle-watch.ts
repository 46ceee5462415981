import type { AddressOptions, IdleAction } from '../../../src-shared/address/address-options';
import type { Idle } from '../../../src-shared/contract/socket';
import { epochMs, now } from '../clock';
import type { Stamp } from '../clock';

/** The socket that is watched. */
export interface Watched {
  /** When the last chunk passed; 0: none yet. */
  readonly activeAt: Stamp;
  /** Nothing passed for so long; once per silence. */
  idleFor(ms: number, action: IdleAction): void;
}

/**
 * Notices when nothing passes for too long. Costs nothing per chunk: the one timer looks at the time
 * of the last when it fires, and is set anew for what is left.
 */
export class IdleWatch {
  readonly #of: Watched;
  #timeoutMs: number;
  #action: IdleAction;
  #timer: NodeJS.Timeout | null = null;
  /** Counting began, or begins anew. */
  #since: Stamp = 0;
  /** The silence that was told of: the moment it began. */
  #toldOf: Stamp = -1;
  #held = false;

  constructor(of: Watched, timeoutMs: number, action: IdleAction) {
    this.#of = of;
    this.#timeoutMs = timeoutMs;
    this.#action = action;
  }

  /** Null: not asked for. */
  static of(of: Watched, { idleTimeoutMs, idleAction }: AddressOptions): IdleWatch | null {
    if (idleTimeoutMs === undefined || idleTimeoutMs === 0) return null;
    return new IdleWatch(of, idleTimeoutMs, idleAction ?? 'warn');
  }

  get state(): Idle {
    const watches = this.#timer !== null && !this.#held;
    const lastAt = epochMs(this.#last());
    const told = this.#toldOf === this.#last();
    return {
      timeoutMs: this.#timeoutMs,
      action: this.#action,
      deadlineAt: watches && !told ? lastAt + this.#timeoutMs : null,
      silentSince: watches && told ? lastAt : null,
    };
  }

  /** Counts from now on; `held`: not while reading is paused, when silence says nothing. */
  start(held = false): void {
    this.#held = held;
    this.#since = now();
    this.#arm(this.#timeoutMs);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #last(): Stamp {
    return Math.max(this.#of.activeAt, this.#since);
  }

  #arm(ms: number): void {
    this.stop();
    // Node may fire up to 1 ms early, and would then have to be asked again.
    this.#timer = setTimeout(
      () => {
        this.#look();
      },
      Math.ceil(ms) + 1,
    );
  }

  #look(): void {
    const last = this.#last();
    const quietMs = (now() - last) / 1e6;
    if (this.#held || this.#toldOf === last || quietMs >= this.#timeoutMs)
      this.#arm(this.#timeoutMs);
    else {
      this.#arm(this.#timeoutMs - quietMs);
      return;
    }
    if (this.#held || this.#toldOf === last) return;
    this.#toldOf = last;
    this.#of.idleFor(quietMs, this.#action);
  }
}

/** For the row that tells of it. */
export function idleText(ms: number, action: IdleAction): string {
  return `${Math.round(ms / 100) / 10} s: ${action}`;
}
