import type { Endpoint, SocketError } from '../../../src-shared/contract/socket';
import { Conversation } from './conversation';
import type { SideConnections, SideEvents } from './side-connections';
import { WAIT, type Hearing } from './hearing';
import type { Client, Talk } from './talk';

/** How long a data connection may take to come about. */
const CONNECT_MS = 15_000;

/** What is done over the data connection; it closes at the end of it. */
export type Transfer = (client: Client) => Talk;

type State =
  | { is: 'idle' }
  | { is: 'waiting'; stop: () => void; local: Endpoint | null }
  | { is: 'connected'; data: Client; cutOff: () => void }
  | { is: 'closed'; complete: boolean };

/** The data connection of one FTP session: at most one at a time (RFC 959 §3.2). */
export class FtpData {
  readonly #side: SideConnections;
  readonly #control: Client;
  #state: State = { is: 'idle' };
  #transfer: Transfer | null = null;
  #timer: NodeJS.Timeout | undefined;
  #error: SocketError | null = null;
  /** The connections from now on begin with TLS, as its server whoever dialled (RFC 4217 §9, PROT P). */
  isProtected = false;

  constructor(side: SideConnections, control: Client) {
    this.#side = side;
    this.#control = control;
  }

  /** There is a port, or a connection, for the next transfer. */
  get isPrepared(): boolean {
    return this.#state.is !== 'idle';
  }

  /** Why the last one did not come about. */
  get error(): SocketError | null {
    return this.#error;
  }

  /** Where the peer is to connect to; null: no port could be opened. */
  *listen(): Hearing<Endpoint | null> {
    const { local, remote } = this.#control;
    this.#prepare((events) => this.#side.listen(local.host, remote.host, events));
    while (this.#state.is === 'waiting' && this.#state.local === null) yield WAIT;
    return this.#state.is === 'waiting' ? this.#state.local : null;
  }

  dial(to: Endpoint): void {
    this.#prepare((events) => this.#side.dial(to, this.#control.local.host, events));
  }

  /** True: the connection is there, or was and is over. */
  *isThere(): Hearing<boolean> {
    // One who has ended the commands reads no answer that would tell it where to connect to.
    while (this.#state.is === 'waiting' && !this.#control.input.ended) yield WAIT;
    if (this.#state.is === 'waiting') this.close();
    return this.#state.is !== 'idle';
  }

  /** Waits until all of it has passed and the connection is closed. `isAborted` is asked meanwhile. */
  *run(transfer: Transfer, isAborted: () => boolean): Hearing<boolean> {
    this.#transfer = transfer;
    if (this.#state.is === 'connected') this.#state.data.wake();
    while (this.#state.is === 'connected') {
      if (isAborted()) this.#state.cutOff();
      else yield WAIT;
    }
    const complete = this.#state.is === 'closed' && this.#state.complete;
    this.close();
    return complete;
  }

  close(): void {
    clearTimeout(this.#timer);
    const state = this.#state;
    this.#state = { is: 'idle' };
    this.#transfer = null;
    if (state.is === 'waiting') state.stop();
    if (state.is === 'connected') state.cutOff();
  }

  #prepare(open: (events: SideEvents) => () => void): void {
    this.close();
    this.#error = null;
    const waiting: State = { is: 'waiting', stop: () => undefined, local: null };
    this.#state = waiting;
    const isCurrent = () => this.#state === waiting;
    waiting.stop = open({
      listening: (local) => {
        waiting.local = local;
        this.#control.wake();
      },
      connected: (connection) => {
        if (isCurrent()) this.#connected(connection);
        else connection.reset();
      },
      failed: (error) => {
        if (isCurrent()) this.#failed(error);
      },
    });
    if (!isCurrent()) return;
    this.#timer = setTimeout(() => {
      waiting.stop();
      const message = `no data connection within ${CONNECT_MS / 1000} s`;
      this.#failed({ code: 'ETIMEDOUT', message });
    }, CONNECT_MS);
  }

  #failed(error: SocketError): void {
    clearTimeout(this.#timer);
    this.#error = error;
    this.#state = { is: 'idle' };
    this.#control.wake();
  }

  #connected(connection: ConstructorParameters<typeof Conversation>[0]): void {
    clearTimeout(this.#timer);
    let complete = false;
    const isProtected = this.isProtected;
    const talk = function* (this: FtpData, client: Client): Talk {
      if (isProtected && !(yield* client.startTls())) return;
      while (this.#transfer === null) yield WAIT;
      yield* this.#transfer(client);
      complete = true;
    }.bind(this);
    const conversation = new Conversation(connection, talk, (unsentBytes) => {
      if (this.#state !== connected) return;
      this.#state = { is: 'closed', complete: complete && unsentBytes === 0 };
      this.#control.wake();
    });
    const connected: State = {
      is: 'connected',
      data: conversation,
      cutOff: () => {
        this.#state = { is: 'closed', complete: false };
        connection.reset();
      },
    };
    this.#state = connected;
    connection.attend(conversation, 'behaviour ftp: data connection');
    this.#control.wake();
  }
}
