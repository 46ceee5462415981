/** So much may wait to be sent before its source is paused. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** What was accepted for sending and is not yet told as sent. */
export class SendWaits {
  #bytes = 0;
  #wake: () => void = () => undefined;

  get bytes(): number {
    return this.#bytes;
  }

  get tooMuch(): boolean {
    return this.#bytes > MAX_WAITING_BYTES;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  sent(bytes: number): void {
    this.#bytes = Math.max(0, this.#bytes - bytes);
    if (!this.tooMuch) this.#wake();
  }

  /** Something changed that a sender may wait for. */
  wake(): void {
    this.#wake();
  }

  moved(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
