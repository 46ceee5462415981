import type { Cutter, Splitter } from '../frame';

const IAC = 255;
const SB = 250;
const SE = 240;
const WILL = 251;

/** What is being read: `iac` after the first IAC, `verb` after WILL and its like, `sub*` in SB … SE. */
type State = 'text' | 'iac' | 'verb' | 'sub' | 'sub-iac';

/**
 * RFC 854, 855: each command is a frame, and so is what is written between commands. Text also ends
 * with what was read at once, as a prompt has no end of its own; a command goes on across reads.
 */
export class TelnetSplitter implements Splitter {
  readonly #cutter: Cutter;
  #state: State = 'text';

  constructor(cutter: Cutter) {
    this.#cutter = cutter;
  }

  push(bytes: Uint8Array): void {
    const cutter = this.#cutter;
    const base = cutter.position;
    let at = 0;
    while (at < bytes.length)
      at = this.#state === 'text' ? this.#text(bytes, base, at) : this.#command(bytes, base, at);
    cutter.position = base + bytes.length;
    if (this.#state === 'text') cutter.cut(cutter.position, 'text');
    else cutter.grown(cutter.position, 'option');
  }

  end(): void {
    const inText = this.#state === 'text';
    this.#cutter.cut(this.#cutter.position, inText ? 'text' : 'option', !inText);
  }

  tick(): void {
    // Time means nothing here.
  }

  /** Up to the next IAC, or to the end of the line. */
  #text(bytes: Uint8Array, base: number, at: number): number {
    const iac = bytes.indexOf(IAC, at);
    const end = iac === -1 ? bytes.length : iac;
    // Not beyond it: commands without a line end between them would each search all that follows.
    const text = bytes.subarray(at, end);
    for (let lf = text.indexOf(0x0a); lf !== -1; lf = text.indexOf(0x0a, lf + 1))
      this.#cutter.cut(base + at + lf + 1, 'text');
    if (iac === -1) return end;
    this.#state = 'iac';
    // Whether it is a doubled 255 of the text is known by the next byte.
    this.#iacAt = base + iac;
    return iac + 1;
  }

  #iacAt = 0;

  #command(bytes: Uint8Array, base: number, at: number): number {
    if (this.#state === 'sub') {
      const iac = bytes.indexOf(IAC, at);
      if (iac === -1) return bytes.length;
      this.#state = 'sub-iac';
      return iac + 1;
    }
    const byte = bytes[at] ?? 0;
    const end = base + at + 1;
    switch (this.#state) {
      case 'iac':
        this.#afterIac(byte, end);
        break;
      case 'verb':
        this.#ends(end);
        break;
      case 'sub-iac':
        // A doubled 255 is one of the parameters; all else ends them.
        if (byte === IAC) this.#state = 'sub';
        else if (byte === SE) this.#ends(end);
        else {
          this.#cutter.cut(end - 2, 'option');
          this.#iacAt = end - 2;
          this.#afterIac(byte, end);
        }
        break;
      case 'text':
        break;
      default:
        return this.#state satisfies never;
    }
    return at + 1;
  }

  #afterIac(byte: number, end: number): void {
    if (byte === IAC) {
      this.#state = 'text';
      return;
    }
    this.#cutter.cut(this.#iacAt, 'text');
    if (byte === SB) this.#state = 'sub';
    else if (byte >= WILL) this.#state = 'verb';
    else this.#ends(end);
  }

  #ends(end: number): void {
    this.#cutter.cut(end, 'option');
    this.#state = 'text';
  }
}
