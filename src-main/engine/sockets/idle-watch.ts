import type {
  AddressOptions,
  IdleAction,
  IdleDirection,
} from '../../../src-shared/address/address-options';
import type { Idle } from '../../../src-shared/contract/socket';
import { epochMs, now } from '../clock';
import type { Stamp } from '../clock';

/** The socket that is watched. */
export interface Watched {
  /** When the last chunk came and went; 0: none yet. */
  readonly receivedAt: Stamp;
  readonly sentAt: Stamp;
  /** Nothing passed for so long; once per silence. `text` is for the row that tells of it. */
  idleFor(action: IdleAction, text: string): void;
}

interface IdleLimit {
  timeoutMs: number;
  action: IdleAction;
  direction: IdleDirection;
}

/** Null: not asked for. */
export function idleLimit(asked: AddressOptions): IdleLimit | null {
  const { idleTimeoutMs: timeoutMs = 0, idleAction: action = 'warn' } = asked;
  if (timeoutMs === 0) return null;
  return { timeoutMs, action, direction: asked.idleDirection ?? 'either' };
}

/**
 * Notices when nothing passes for too long. Costs nothing per chunk: the one timer looks at the time
 * of the last when it fires, and is set anew for what is left.
 */
export class IdleWatch {
  readonly #of: Watched;
  readonly #limit: IdleLimit;
  #timer: NodeJS.Timeout | null = null;
  /** Counting began, or begins anew. */
  #since: Stamp = 0;
  /** The silence that was told of: the moment it began. */
  #toldOf: Stamp = -1;
  #held = false;

  constructor(of: Watched, limit: IdleLimit) {
    this.#of = of;
    this.#limit = limit;
  }

  /** Null: not asked for. */
  static of(of: Watched, asked: AddressOptions): IdleWatch | null {
    const limit = idleLimit(asked);
    return limit && new IdleWatch(of, limit);
  }

  get state(): Idle {
    const watches = this.#timer !== null && !this.#held;
    const lastAt = epochMs(this.#last());
    const told = this.#toldOf === this.#last();
    return {
      ...this.#limit,
      deadlineAt: watches && !told ? lastAt + this.#limit.timeoutMs : null,
      silentSince: watches && told ? lastAt : null,
    };
  }

  /** Counts from now on; `held`: not while reading is paused, when silence says nothing. */
  start(held = false): void {
    this.#held = held && this.#limit.direction !== 'tx';
    this.#since = now();
    this.#arm(this.#limit.timeoutMs);
  }

  /** Reading is paused, or goes on. */
  hold(held: boolean): void {
    if (this.#limit.direction !== 'tx') this.start(held);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #last(): Stamp {
    const { receivedAt, sentAt } = this.#of;
    switch (this.#limit.direction) {
      case 'either':
        return Math.max(receivedAt, sentAt, this.#since);
      case 'rx':
        return Math.max(receivedAt, this.#since);
      case 'tx':
        return Math.max(sentAt, this.#since);
      default:
        return this.#limit.direction satisfies never;
    }
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
    const { timeoutMs, action } = this.#limit;
    if (this.#held || this.#toldOf === last || quietMs >= timeoutMs) this.#arm(timeoutMs);
    else {
      this.#arm(timeoutMs - quietMs);
      return;
    }
    if (this.#held || this.#toldOf === last) return;
    this.#toldOf = last;
    this.#of.idleFor(action, idleText(quietMs, this.#limit));
  }
}

const NOTHING: Record<IdleDirection, string> = {
  either: '',
  rx: ', nothing received',
  tx: ', nothing sent',
};

function idleText(ms: number, { action, direction }: IdleLimit): string {
  return `${Math.round(ms / 100) / 10} s${NOTHING[direction]}: ${action}`;
}
