import type { EngineUpdate } from '../../src-shared/contract/engine';

/** How far the engine is with looking through the rows; `problem`: it has given up, and why. */
export type ScanProgress = NonNullable<EngineUpdate['views'][number]['scanning']>;

/** What is typed to shape a log, a filter or a framing, and what of it is in force. */
export class LogTerm<Problem> {
  /** The field for it is shown. */
  open = $state.raw(false);
  /** Counts wishes that its field be focused. */
  wanted = $state.raw(0);
  text = $state.raw('');
  /** In force; null: none. */
  applied = $state.raw<string | null>(null);
  /** What is wrong with what is typed; what is in force stays. */
  readonly error: Problem | null = $derived.by(() =>
    this.text.trim() === '' ? null : this.#check(this.text),
  );
  /** Told of each that is put in force by the user, null for none. */
  used: (text: string | null) => void = () => undefined;
  readonly #check: (text: string) => Problem | null;
  readonly #changed: () => void;

  /** `changed`: something else is in force. */
  constructor(check: (text: string) => Problem | null, changed: () => void) {
    this.#check = check;
    this.#changed = changed;
  }

  /** Shows the field and puts the cursor there. */
  show(): void {
    this.open = true;
    this.wanted++;
  }

  /** Puts what is typed in force, unless it is wrong. */
  apply(): void {
    if (this.error !== null) return;
    const typed = this.text.trim();
    this.#use(typed === '' ? null : typed);
  }

  /** In force from the start, before anything was asked for; nothing when it is wrong. */
  begin(text: string): void {
    if (this.#check(text) !== null) return;
    this.text = this.applied = text;
    this.open = true;
  }

  /** Types it and puts it in force. */
  set(text: string): void {
    this.text = text;
    this.open = true;
    this.apply();
  }

  /** Without it again. */
  close(): void {
    this.open = false;
    this.text = '';
    this.#use(null);
  }

  #use(text: string | null): void {
    if (text === this.applied) return;
    this.applied = text;
    this.used(text);
    this.#changed();
  }
}
