/** So much may wait to be looked at, half of what a scratch recording keeps. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Places nearer to each other than this are one. */
const APART_BYTES = 1024 * 1024;

/** How far looking at rows is behind what is recorded: tells when that is too much, and when no longer. */
export class Lag {
  readonly #tell: (behind: boolean) => void;
  /** Places passed, oldest first: so many rows were so many bytes. */
  readonly #passed: { rows: number; bytes: number }[] = [];
  #behind = false;

  constructor(tell: (behind: boolean) => void) {
    this.#tell = tell;
  }

  /** So much is recorded, and rows before `seen` were looked at. */
  now({ rows, bytes, seen }: { rows: number; bytes: number; seen: number }): void {
    const passed = this.#passed;
    if (bytes - (passed.at(-1)?.bytes ?? -Infinity) >= APART_BYTES) passed.push({ rows, bytes });
    while ((passed[0]?.rows ?? Infinity) <= seen) passed.shift();
    const waiting = bytes - (passed[0]?.bytes ?? bytes);
    this.#is(waiting > (this.#behind ? MOST_BYTES / 2 : MOST_BYTES));
  }

  /** Nothing is looked at any more. */
  end(): void {
    this.#is(false);
  }

  #is(behind: boolean): void {
    if (behind === this.#behind) return;
    this.#behind = behind;
    this.#tell(behind);
  }
}
