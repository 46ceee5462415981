import type { Amount, Condition } from '../../contract/layout';
import { constantOf } from './layout-values';

/** Where a field lies in the frame. */
export interface Place {
  from: number;
  to: number;
}

/** What was read at one level so far, and at those around it. */
export class Scope {
  readonly #outer: Scope | null;
  readonly #numbers = new Map<string, bigint>();
  readonly #places = new Map<string, Place>();

  constructor(outer: Scope | null = null) {
    this.#outer = outer;
  }

  setNumber(name: string, value: bigint): void {
    this.#numbers.set(name, value);
  }

  setPlace(name: string, place: Place): void {
    this.#places.set(name, place);
  }

  place(name: string): Place | null {
    return this.#places.get(name) ?? this.#outer?.place(name) ?? null;
  }

  /** Whether a field is there; what was not read itself fulfils nothing. */
  holds({ field, is, not, mask, side }: Condition, from: 'client' | 'server'): boolean {
    if (side !== undefined && side !== from) return false;
    if (field === undefined) return true;
    const value = this.#number(field);
    if (value === null) return false;
    const among = (all: NonNullable<Condition['is']>) =>
      (Array.isArray(all) ? all : [all]).some((one) => constantOf(one) === value);
    if (is !== undefined) return among(is);
    if (not !== undefined) return !among(not);
    return mask === undefined || (value & constantOf(mask)) !== 0n;
  }

  /** `left`: bytes up to the end of the level. Never below 0. */
  amount(amount: Amount, left: number): number {
    if (typeof amount === 'number') return amount;
    if (amount === 'rest') return left;
    if (typeof amount === 'object' && 'rest' in amount) return Math.max(0, left - amount.rest);
    const { field, times = 1, plus = 0 } = typeof amount === 'string' ? { field: amount } : amount;
    return Math.max(0, Number(this.#number(field) ?? 0n) * times + plus);
  }

  #number(name: string): bigint | null {
    const here = this.#numbers.get(name);
    return here ?? (this.#outer === null ? null : this.#outer.#number(name));
  }
}
