import type { AddressOptions, OnAccept } from '../../../src-shared/address/address-options';
import { parseText } from '../../../src-shared/payload/text';
import type { BaseSocket } from './base-socket';

/** What a listener does with each connection first. */
export class Greeter {
  #action: OnAccept;
  #greeting: string | null;

  constructor({ onAccept, greeting }: AddressOptions) {
    this.#greeting = greeting ?? null;
    this.#action = onAccept ?? (greeting === undefined ? 'silent' : 'greet');
  }

  get silent(): boolean {
    return this.#action === 'silent';
  }

  /** For the connections to come. A greeting alone greets. */
  setLive({ onAccept, greeting }: AddressOptions): void {
    if (greeting !== undefined) this.#greeting = greeting;
    if (onAccept !== undefined) this.#action = onAccept;
    else if (greeting !== undefined && this.silent) this.#action = 'greet';
  }

  greet(connection: BaseSocket): void {
    if (connection.phase !== 'open') return;
    if (this.#action === 'reset') {
      connection.reset();
      return;
    }
    const parsed = parseText(this.#greeting ?? '', { escapes: true, lineEnding: 'none' });
    if (parsed.ok && parsed.bytes.byteLength > 0)
      void connection.send({ to: 'peer' }, parsed.bytes);
    if (this.#action === 'close') connection.close();
  }
}
