import { type Address, formatAddress } from '../../../src-shared/address/address';
import { MAX_OUTCOMES } from '../../../src-shared/contract/probe';
import type { Outcome, Probed, SweepNews } from '../../../src-shared/contract/probe';
import { epochMs, now } from '../clock';
import { CommandError } from '../command-error';
import { resolve } from './resolve';
import { Probe, type Prober } from './probe';

/** More at once gain little on one link, and small devices have room for few. */
const MAX_RUNNING = 64;
/** Of the descriptors that are free a sweep takes a part: sockets go on being accepted meanwhile. */
const SHARE = 4;
/** So many ended ones may wait to be fetched before no more are begun. */
const MAX_WAITING = 4 * MAX_OUTCOMES;
/** Shorter than of one address: most of a list may be out of reach. */
const CONNECT_TIMEOUT_MS = 2000;
/** News are gathered for so long, so that fast refusals do not come one by one. */
const GATHER_MS = 50;
/** Who asks no more has gone: a window that was closed. */
const ABANDONED_MS = 60_000;

/** Of a thousand ports of one host the name is looked up once; only what failed is asked again. */
function resolvingOnce(): typeof resolve {
  const found = new Map<string, ReturnType<typeof resolve>>();
  return (host, family) => {
    const key = `${family ?? ''} ${host}`;
    const known = found.get(key);
    if (known) return known;
    const asked = resolve(host, family);
    found.set(key, asked);
    void asked.then(({ ok }) => {
      if (!ok) found.delete(key);
    });
    return asked;
  };
}

/** Probes a list of addresses, several at a time, and tells what came of each when asked. */
export class Sweep {
  readonly #addresses: readonly Address[];
  readonly #prober: Prober;
  readonly #gone: () => void;
  readonly #startedAt = epochMs(now());
  readonly #running = new Set<Probe>();
  #endedAt: number | null = null;
  #begun = 0;
  #done = 0;
  #open = 0;
  #cancelled = false;
  #ended: Outcome[] = [];
  #asker: ((news: SweepNews) => void) | null = null;
  #abandoned: NodeJS.Timeout | undefined;
  #gathered: NodeJS.Timeout | undefined;

  /** `gone`: its last news were fetched, or nobody wants them. */
  constructor(addresses: readonly Address[], prober: Prober, gone: () => void) {
    this.#addresses = addresses;
    const { descriptors, secrets, tlsSessions } = prober;
    this.#prober = { descriptors, secrets, tlsSessions, resolve: resolvingOnce() };
    this.#gone = gone;
    this.#unasked();
    this.#begin();
  }

  /** Answers when there is something new, or it is over. */
  news(): Promise<SweepNews> {
    if (this.#asker)
      throw new CommandError({ code: 'ERR_BAD_COMMAND', message: 'Its news are being waited for' });
    clearTimeout(this.#abandoned);
    return new Promise((resolve) => {
      this.#asker = resolve;
      if (this.#isOver) this.#tell();
      else if (this.#ended.length > 0) this.#gather();
    });
  }

  /** Nothing more is begun; what runs is given up untold. */
  cancel(): void {
    if (this.#isOver) return;
    this.#cancelled = true;
    for (const probe of [...this.#running]) probe.cancel();
    this.#running.clear();
    this.#finish();
  }

  get #isOver(): boolean {
    return this.#endedAt !== null;
  }

  #begin(): void {
    while (!this.#cancelled && this.#begun < this.#addresses.length && this.#mayBegin()) {
      const n = this.#begun;
      const address = this.#addresses[n];
      if (!address) return;
      this.#begun += 1;
      const connectTimeoutMs = address.options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
      const options = { ...address.options, connectTimeoutMs };
      const probe = new Probe({ ...address, options }, this.#prober);
      this.#running.add(probe);
      void probe.done.then((probed) => {
        this.#running.delete(probe);
        if (!this.#isOver) this.#end(n, address, probed);
      });
    }
  }

  /** The last descriptors are left to others; with none at all one attempt says so. */
  #mayBegin(): boolean {
    const running = this.#running.size;
    if (this.#ended.length + running >= MAX_WAITING) return false;
    const share = Math.floor((this.#prober.descriptors.free + running) / SHARE);
    return running < Math.min(MAX_RUNNING, Math.max(1, share));
  }

  #end(n: number, address: Address, probed: Probed): void {
    const at = epochMs(now());
    this.#ended.push({ n, address: formatAddress(address), endedAt: at, probed });
    this.#done += 1;
    if (probed.error === null) this.#open += 1;
    if (this.#done === this.#addresses.length) this.#finish();
    else {
      if (this.#asker) this.#gather();
      this.#begin();
    }
  }

  #finish(): void {
    this.#endedAt = epochMs(now());
    if (this.#asker) this.#tell();
  }

  #gather(): void {
    if (this.#ended.length >= MAX_OUTCOMES) this.#tell();
    else
      this.#gathered ??= setTimeout(() => {
        this.#tell();
      }, GATHER_MS);
  }

  #tell(): void {
    clearTimeout(this.#gathered);
    this.#gathered = undefined;
    const asker = this.#asker;
    if (!asker) return;
    this.#asker = null;
    const outcomes = this.#ended.splice(0, MAX_OUTCOMES);
    const over = this.#isOver && this.#ended.length === 0;
    asker({
      outcomes,
      total: this.#addresses.length,
      done: this.#done,
      open: this.#open,
      ms: (this.#endedAt ?? epochMs(now())) - this.#startedAt,
      over,
      cancelled: this.#cancelled,
    });
    if (over) this.#gone();
    else {
      this.#unasked();
      this.#begin();
    }
  }

  #unasked(): void {
    this.#abandoned = setTimeout(() => {
      this.cancel();
      this.#gone();
    }, ABANDONED_MS).unref();
  }
}
