import type { ResultOf } from '../../src-shared/contract/engine';
import type { Problem } from '../../src-shared/refusal/refusal';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';
import type { RowSelection } from './row-selection';

type Sums = NonNullable<ResultOf<'selectionSums'>['sums']>;
type Checksums = NonNullable<ResultOf<'checksums'>['checksums']>;

/** What everybody asks for first. */
const USUAL_CHECKSUMS = ['crc_32', 'crc_16_modbus', 'sum8', 'xor8'];
const MAX_CHECKSUMS = 16;

/** What the rows that are selected come to; the engine adds up. */
export class SelectionSums {
  /** Null until known. */
  sums = $state.raw<Sums | null>(null);
  /** Null until asked for, and known. */
  checksums = $state.raw<Checksums | null>(null);
  names = $state.raw<readonly string[]>(USUAL_CHECKSUMS);
  /** Checksums are wanted. */
  checking = $state.raw(false);
  problem = $state.raw<Problem | null>(null);
  readonly #view: string;
  readonly #engine: () => Commands;
  #rows: RowSelection['spans'] = [];
  /** Counts selections: answers about another one are of no use. */
  #asking = 0;

  constructor({ id }: { id: string }, engine: () => Commands) {
    this.#view = id;
    this.#engine = engine;
  }

  /** Of these rows from now on. */
  async show({ spans }: RowSelection): Promise<void> {
    const asking = ++this.#asking;
    this.#rows = spans;
    this.checksums = null;
    this.problem = null;
    if (spans.length === 0) {
      this.sums = null;
      return;
    }
    if (this.checking) void this.check();
    try {
      const { sums } = await this.#engine().command('selectionSums', this.#asked());
      if (asking === this.#asking && sums !== null) this.sums = sums;
    } catch (thrown) {
      this.#failed(asking, thrown);
    }
  }

  /** Checksums of all of them, one payload after another. */
  async check(): Promise<void> {
    const asking = this.#asking;
    this.checking = true;
    try {
      const asked = { ...this.#asked(), names: [...this.names] };
      const { checksums } = await this.#engine().command('checksums', asked);
      if (asking === this.#asking && checksums !== null) this.checksums = checksums;
    } catch (thrown) {
      this.#failed(asking, thrown);
    }
  }

  /** Checksums are no longer wanted. */
  stop(): void {
    this.checking = false;
    this.checksums = null;
  }

  /** One more, first. */
  add(name: string): void {
    this.names = [name, ...this.names.filter((one) => one !== name)].slice(0, MAX_CHECKSUMS);
    void this.check();
  }

  #asked() {
    return { view: this.#view, rows: this.#rows.map(({ from, end }) => ({ from, end })) };
  }

  #failed(asking: number, thrown: unknown): void {
    if (asking === this.#asking) this.problem = toProblem(thrown);
  }
}
