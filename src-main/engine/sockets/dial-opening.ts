import type { Address } from '../../../src-shared/address/address';
import type { SecretResolver } from '../secrets';
import { LocalDial } from './local-dial';
import { Dial } from './tcp-dial';
import type { DialEvents } from './tcp-dial';
import { prepareTls } from './tls-setup';
import type { TlsSetup } from './tls-setup';

/** How a dial opens: over TCP or a local socket, with what TLS needs made ready before. */
export class DialOpening {
  /** What the handshake is made with, once it is connected; null: plain. */
  tlsSetup: TlsSetup | null = null;
  readonly #address: Address;
  readonly #secrets: SecretResolver;
  readonly #events: DialEvents;
  #dial: Dial | LocalDial | null = null;
  #cancelled = false;

  constructor(address: Address, secrets: SecretResolver, events: DialEvents) {
    this.#address = address;
    this.#secrets = secrets;
    this.#events = events;
  }

  start(): void {
    if (this.#address.kind === 'tls') void this.#dialSecurely();
    else this.#dialNow();
  }

  /** Nothing is called after it. */
  cancel(): void {
    this.#cancelled = true;
    this.#dial?.cancel();
  }

  /** A key that cannot be read is told before the device sees anything. */
  async #dialSecurely(): Promise<void> {
    const { host, options } = this.#address;
    const prepared = await prepareTls('client', host, options, this.#secrets);
    if (this.#cancelled) return;
    if (prepared.ok) {
      this.tlsSetup = prepared.setup;
      this.#dialNow();
    } else this.#events.failed(prepared.error, null);
  }

  #dialNow(): void {
    const Dialling = this.#address.path === null ? Dial : LocalDial;
    this.#dial = new Dialling(this.#address, this.#events);
    this.#dial.start();
  }
}
