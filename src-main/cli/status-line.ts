import { plainText } from '../../src-shared/payload/plain-text';

/** Back to the first column, and nothing right of it (ECMA-48 §8.3.41). */
const CLEAR = '\r\x1b[K';

/** Of a terminal that does not tell how wide it is. */
const USUAL_COLUMNS = 80;

/** What a line can be written to: standard error, or what stands for it in a test. */
interface Terminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** The last line of a terminal, replaced in place; nothing at all where there is no terminal. */
export class StatusLine {
  readonly #terminal: Terminal;
  #shown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(text: string): void {
    if (this.#terminal.isTTY !== true) return;
    // A line that wraps could not be taken back.
    const room = (this.#terminal.columns || USUAL_COLUMNS) - 1;
    this.#terminal.write(`${CLEAR}${plainText(text).slice(0, room)}`);
    this.#shown = true;
  }

  /** Before another line is written there. */
  clear(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#terminal.write(CLEAR);
  }
}
