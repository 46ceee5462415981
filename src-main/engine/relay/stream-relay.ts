import type { Endpoint, SocketError } from '../../../src-shared/contract/socket';
import type { Attendant, Attended } from '../sockets/attendant';
import { isLoop, LOOP } from './loop';
import { RelayEnd } from './relay-end';

/** A connection to the target of a relay, which may yet be opening. */
interface RelayTarget extends Attended {
  readonly error: SocketError | null;
  whenClosed(): Promise<void>;
}

/** What a relay needs of the listener that has it. */
export interface RelayHost {
  /** Where it listens, as long as it does. */
  readonly local: Endpoint | null;
  /** Dials the target for a client: a child of the listener, in one log with that client. */
  dialTarget(client: Attended): RelayTarget;
}

/**
 * Joins each client of a listener with a connection to the target, which is dialled when the client
 * is open. What one sends goes to the other no faster than it is taken; a FIN and an RST pass too.
 */
export class StreamRelay {
  readonly #host: RelayHost;
  /** The target is where the relay listens: a client would never stop making further ones. */
  #isLoop = false;

  constructor(host: RelayHost) {
    this.#host = host;
  }

  attend(client: Attended): Attendant {
    return new RelayEnd(client, (near) => {
      if (this.#isLoop) this.#cutLoop(client);
      else this.#dialFor(client, near);
    });
  }

  #dialFor(client: Attended, near: RelayEnd): void {
    const target = this.#host.dialTarget(client);
    const far = new RelayEnd(target, () => {
      if (!isLoop(target.remote, target.local, this.#host.local)) return;
      this.#isLoop = true;
      this.#cutLoop(target);
    });
    near.join(far);
    target.attend(far, '');
    // One that does not come to be open has no bytes to attend to.
    void target.whenClosed().then(() => {
      if (target.error && !far.wasOpen) refuse(client, target.address, target.error);
      far.closed(target.error);
    });
  }

  /** The other one of its pair, if it has one, follows. */
  #cutLoop(connection: Attended): void {
    connection.tellFault(LOOP);
    connection.reset();
  }
}

/** Why the client is reset, before it is. */
function refuse(client: Attended, target: string, { code, message }: SocketError): void {
  if (client.phase !== 'open') return;
  const text = `not relayed: ${target} could not be connected: ${code} (${message})`;
  client.tellFault({ code: 'ERR_RELAY_TARGET', message: text.slice(0, 2000) });
}
