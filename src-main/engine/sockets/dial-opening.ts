import { type Address, formatAddress } from '../../../src-shared/address/address';
import type { SecretResolver } from '../secrets';
import { LocalDial } from './local-dial';
import { Dial } from './tcp-dial';
import type { DialEvents } from './tcp-dial';
import { prepareTls } from './tls-setup';
import type { TlsSessions } from './tls-sessions';
import type { TlsSetup } from './tls-setup';

/** What a dial needs of its engine. */
export interface DialNeeds {
  readonly secrets: SecretResolver;
  readonly tlsSessions: TlsSessions;
}

/** How a dial opens: over TCP or a local socket, with what TLS needs made ready before. */
export class DialOpening {
  /** What the handshake is made with, once it is connected; null: plain. */
  tlsSetup: TlsSetup | null = null;
  readonly #address: Address;
  readonly #needs: DialNeeds;
  readonly #events: DialEvents;
  #dial: Dial | LocalDial | null = null;
  #cancelled = false;

  constructor(address: Address, needs: DialNeeds, events: DialEvents) {
    this.#address = address;
    this.#needs = needs;
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
    const { secrets, tlsSessions } = this.#needs;
    const prepared = await prepareTls('client', host, options, secrets);
    if (this.#cancelled) return;
    if (prepared.ok) {
      const session = options.resume ? tlsSessions.slot(formatAddress(this.#address)) : null;
      this.tlsSetup = { ...prepared.setup, session };
      this.#dialNow();
    } else this.#events.failed(prepared.error, null);
  }

  #dialNow(): void {
    const Dialling = this.#address.path === null ? Dial : LocalDial;
    this.#dial = new Dialling(this.#address, this.#events);
    this.#dial.start();
  }
}
