import { type Address, formatAddress, parseAddress } from '../../src-shared/address/address';
import { type AddressKind, DIALS } from '../../src-shared/address/kinds';
import type { AddressError } from '../../src-shared/address/problem';
import { parseTargets } from '../../src-shared/address/targets';
import type { Probed } from '../../src-shared/contract/probe';
import type { Problem } from '../../src-shared/refusal/refusal';
import { AddressSweep } from './address-sweep.svelte';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';

/** Whether there is somebody on the other side who would answer a connect. */
export function canProbe(kind: AddressKind): boolean {
  return DIALS.includes(kind);
}

/** An address or a list of them, and what came of trying. */
export class AddressProbe {
  /** As it is typed. */
  text = $state('');
  /** What is wrong with what was tried last; cleared by typing. */
  error = $state.raw<AddressError | null>(null);
  /** It can be opened but not probed: its kind. */
  otherKind = $state.raw<AddressKind | null>(null);
  running = $state.raw(false);
  /** Of the last that was not cancelled. */
  result = $state.raw<{ address: Address; probed: Probed } | null>(null);
  /** Of a list that was tried last. */
  sweep = $state.raw<AddressSweep | null>(null);
  cancelled = $state.raw(false);
  problem = $state.raw<Problem | null>(null);
  readonly #engine: Commands;
  /** A window that is loaded again must not stop a probe of another. */
  readonly #name = crypto.randomUUID();
  #last = 0;

  constructor(engine: Commands, text: string) {
    this.#engine = engine;
    this.text = text;
  }

  /** The canonical address; null: it is none. */
  get address(): string | null {
    const parsed = parseAddress(this.text);
    return parsed.ok ? formatAddress(parsed.address) : null;
  }

  /** Not one address, and yet right: there is nothing to connect to at once. */
  get several(): boolean {
    return this.address === null && parseTargets(this.text).ok;
  }

  /** False: there is nothing to be tried, and the reason is beside the address. Never rejects. */
  async run(): Promise<boolean> {
    const parsed = parseTargets(this.text);
    this.error = parsed.ok ? null : parsed.error;
    const other = parsed.ok && parsed.targets.find(({ kind }) => !canProbe(kind));
    this.otherKind = other ? other.kind : null;
    const [address, second] = parsed.ok ? parsed.targets : [];
    if (this.running || !address || this.otherKind !== null) return false;
    this.running = true;
    this.cancelled = false;
    this.problem = null;
    this.result = null;
    this.sweep = null;
    if (second) {
      this.sweep = new AddressSweep(this.#engine, this.#job(++this.#last));
      await this.sweep.run(this.text.trim());
      this.running = false;
    } else await this.#probe(address);
    return true;
  }

  async #probe(address: Address): Promise<void> {
    try {
      const asked = { address: formatAddress(address), job: this.#job(++this.#last) };
      const probed = await this.#engine.command('probe', asked);
      this.cancelled = probed.cancelled;
      if (!probed.cancelled) this.result = { address, probed };
    } catch (thrown) {
      this.problem = toProblem(thrown);
    } finally {
      this.running = false;
    }
  }

  cancel(): void {
    if (!this.running) return;
    // With the engine gone the probe has ended too, and says so itself.
    this.#engine.command('cancelProbe', { job: this.#job(this.#last) }).catch(() => undefined);
  }

  edited(): void {
    this.error = null;
    this.otherKind = null;
  }

  #job(number: number): string {
    return `${this.#name}-${number}`;
  }
}
