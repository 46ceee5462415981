import type { NetworkInterface } from '../../../src-shared/contract/network';
import { interfaceWith, readInterfaces, systemInterfaces } from './interfaces';

/** A look costs 0.1 ms; changes are to be told within 2 s. */
const LOOK_MS = 1000;

/**
 * Notices changes of the interfaces, while anybody wants to know. No system tells Node of them, so
 * it looks once a second.
 */
export class NetworkWatch {
  readonly #listeners = new Set<(interfaces: readonly NetworkInterface[]) => void>();
  #timer: NodeJS.Timeout | null = null;
  #seen = '';

  /** Calls `onChange` with all interfaces when one of them or its addresses changed. */
  watch(onChange: (interfaces: readonly NetworkInterface[]) => void): () => void {
    // One object for each watch: the same function given twice is two watches.
    const listener = (interfaces: readonly NetworkInterface[]) => {
      onChange(interfaces);
    };
    this.#listeners.add(listener);
    if (!this.#timer) {
      this.#seen = fingerprint() ?? '';
      this.#timer = setInterval(() => {
        this.#look();
      }, LOOK_MS).unref();
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0 || !this.#timer) return;
      clearInterval(this.#timer);
      this.#timer = null;
    };
  }

  /**
   * Tells when a local address goes away and when it is back. Null when there is nothing to watch:
   * all addresses, or those of the loopback net, which need not be listed to work.
   */
  watchAddress(address: string, onChange: (present: boolean) => void): (() => void) | null {
    if (/^(?:0\.0\.0\.0|::|127\..*|::ffff:127\..*)$/.test(address)) return null;
    let present = true;
    return this.watch((interfaces) => {
      const now = interfaceWith(interfaces, address) !== null;
      if (now === present) return;
      present = now;
      onChange(now);
    });
  }

  #look(): void {
    const seen = fingerprint();
    if (seen === null || seen === this.#seen) return;
    let interfaces: NetworkInterface[];
    try {
      interfaces = readInterfaces();
    } catch {
      return;
    }
    this.#seen = seen;
    for (const listener of [...this.#listeners]) listener(interfaces);
  }
}

/**
 * Of what is up only: the rest needs a dozen file reads and makes no difference to a socket. Null when
 * the system cannot be asked now, for want of a descriptor: the next look may.
 */
function fingerprint(): string | null {
  try {
    return JSON.stringify(systemInterfaces());
  } catch {
    return null;
  }
}
