import type { CertificateFacts } from '../../../src-shared/contract/tls';
import type { Trust } from './tls-trust';

/** Sessions are some kB each, and a device that was not met for so many others is met anew. */
const MAX_KEPT = 64;

/** A session to go on with, and who the peer was found to be when it began: it shows that only once. */
interface KeptSession {
  readonly session: Buffer;
  readonly peer: CertificateFacts[];
  readonly trust: Trust;
}

/** Where the session of one address is kept. */
export interface SessionSlot {
  /** That of the last connection; null: it gave none. */
  readonly offered: KeptSession | null;
  /** A newer one: TLS 1.3 gives several, each meant to be used once (RFC 8446 §C.4). */
  keep(kept: KeptSession): void;
}

/**
 * What servers gave us to go on with, by the address that was dialled with all its options: who was
 * verified in one way is not believed in another. In memory only: a session is a secret.
 */
export class TlsSessions {
  readonly #kept = new Map<string, KeptSession>();

  slot(address: string): SessionSlot {
    return {
      offered: this.#kept.get(address) ?? null,
      keep: (kept) => {
        this.#kept.delete(address);
        this.#kept.set(address, kept);
        const [oldest] = this.#kept.keys();
        if (oldest !== undefined && this.#kept.size > MAX_KEPT) this.#kept.delete(oldest);
      },
    };
  }
}
