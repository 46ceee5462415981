import type { RefusalValue } from '../../src-shared/refusal/refusal';

/** What a sentence may name, and what it was made of. */
export type Told = Record<RefusalValue | 'text', string>;

/** A sentence for each name; null: what it was made of is not wrong here. */
export type Sentences<Name extends string> = Record<Name, (told: Told) => string | null>;
