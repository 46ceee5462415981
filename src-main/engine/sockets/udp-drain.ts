import type { Endpoint, Ledger } from '../../../src-shared/contract/socket';
import { now } from '../clock';
import type { Stamp } from '../clock';
import type { DropWatch, KernelDrops, UdpRow } from './kernel-drops';

/**
 * How long a closing socket goes on reading what the kernel holds for it: while that gets less, on a
 * busy machine, longer; but not beyond what closing the engine may take.
 */
const DRAIN_MS = 300;
const MOST_MS = 1500;
const DRAIN_STEP_MS = 5;

/** What the kernel tells of one UDP socket: its drops, and what it still holds at the end. */
export class UdpDrain {
  readonly #watch: DropWatch | null;
  readonly #ledgers: readonly Ledger[];
  #drops = 0;
  readonly #onLook: (grew: boolean) => void;

  /** Counts into `ledgers`, its socket's and that of who owns it, and calls `onLook` every 250 ms, on systems that tell. */
  constructor(
    drops: KernelDrops,
    local: Endpoint,
    family: 4 | 6,
    ledgers: readonly Ledger[],
    onLook: (grew: boolean) => void,
  ) {
    this.#ledgers = ledgers;
    this.#onLook = onLook;
    this.#watch = drops.watch(local, family, (row) => {
      this.#looked(row);
    });
    const row = this.#watch?.read();
    if (row) this.#count(row.drops);
  }

  /** Waits until the kernel holds nothing more to read, and nothing is `busy`; then calls `done`. */
  empty(busy: () => boolean, done: () => void): void {
    const at = now();
    this.#look({
      busy,
      done,
      least: Infinity,
      until: at + DRAIN_MS * 1e6,
      end: at + MOST_MS * 1e6,
    });
  }

  /**
   * The last look. What was not read then, as text: the system tells only how much memory it takes,
   * so that it counts as one datagram.
   */
  stop(): string | null {
    const row = this.#watch?.read();
    this.#watch?.stop();
    if (!row) return null;
    this.#looked(row);
    if (row.waitingBytes === 0) return null;
    this.#count(1);
    return `datagrams in ${row.waitingBytes} bytes of kernel memory were not read before closing; counted as 1`;
  }

  #looked({ drops }: UdpRow): void {
    const more = drops - this.#drops;
    if (more > 0) this.#count(more);
    this.#onLook(more > 0);
  }

  #count(more: number): void {
    this.#drops += more;
    for (const ledger of this.#ledgers) ledger.kernelDropped = (ledger.kernelDropped ?? 0) + more;
  }

  #look(drain: Draining): void {
    const at = now();
    const waiting = this.#watch?.read()?.waitingBytes ?? 0;
    if (waiting < drain.least) {
      drain.least = waiting;
      drain.until = Math.min(drain.end, at + DRAIN_MS * 1e6);
    }
    if ((waiting === 0 && !drain.busy()) || at >= drain.until) {
      drain.done();
      return;
    }
    setTimeout(() => {
      this.#look(drain);
    }, DRAIN_STEP_MS);
  }
}

interface Draining {
  busy: () => boolean;
  done: () => void;
  /** The least that waited so far, bytes. */
  least: number;
  until: Stamp;
  end: Stamp;
}
