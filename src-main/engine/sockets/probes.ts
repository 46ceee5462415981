import type { Address } from '../../../src-shared/address/address';
import { MAX_TARGETS } from '../../../src-shared/address/targets';
import type { Probed, SweepNews } from '../../../src-shared/contract/probe';
import { refusal } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';
import { mustBeDialled, Probe, type Prober } from './probe';
import { Sweep } from './sweep';

/** So many at a time: each holds descriptors for seconds when nobody answers. */
const MAX_JOBS = 16;

/** The probes and sweeps that run and can be stopped, by the names of their jobs. */
export class Probes {
  readonly #jobs = new Map<string, Probe | Sweep>();

  /** `job` null: nobody will stop it. */
  async run(address: Address, prober: Prober, job: string | null): Promise<Probed> {
    if (job === null) return new Probe(address, prober).done;
    this.#mustBeFree(job);
    const probe = new Probe(address, prober);
    this.#jobs.set(job, probe);
    try {
      return await probe.done;
    } finally {
      this.#jobs.delete(job);
    }
  }

  /** How many there are to try. Throws a `CommandError` for what cannot be tried. */
  sweep(addresses: readonly Address[], prober: Prober, job: string): number {
    for (const address of addresses) mustBeDialled(address);
    if (addresses.length > MAX_TARGETS)
      throw new CommandError(
        'ERR_BAD_ADDRESS',
        refusal('sweep-too-many', { count: addresses.length, most: MAX_TARGETS }),
      );
    this.#mustBeFree(job);
    this.#jobs.set(job, new Sweep(addresses, prober, () => this.#jobs.delete(job)));
    return addresses.length;
  }

  /** Answers when there is something new of a sweep. */
  news(job: string): Promise<SweepNews> {
    const sweep = this.#jobs.get(job);
    if (sweep instanceof Sweep) return sweep.news();
    throw new CommandError('ERR_NOT_POSSIBLE', refusal('sweep-over'));
  }

  cancel(job: string): void {
    this.#jobs.get(job)?.cancel();
  }

  close(): void {
    for (const job of this.#jobs.values()) job.cancel();
  }

  #mustBeFree(job: string): void {
    if (!this.#jobs.has(job) && this.#jobs.size < MAX_JOBS) return;
    throw new CommandError('ERR_NOT_POSSIBLE', refusal('probes-busy'));
  }
}
