import type { BehaviourName } from '../../../src-shared/contract/behaviour';
import type { Attended } from '../sockets/attendant';
import { makeBehaviour, type Behaviour, type ServerHost } from './behaviours';

/** What a listener does for its connections by itself: its behaviour, if it has one. */
export class Attendance {
  readonly #host: ServerHost;
  #behaviour: Behaviour | null = null;

  constructor(host: ServerHost) {
    this.#host = host;
  }

  get name(): BehaviourName | null {
    return this.#behaviour?.name ?? null;
  }

  /** For the connections that are there and those to come. Throws when `reply` is wrong. */
  set(name: BehaviourName | null, reply: string | null, connections: Iterable<Attended>): void {
    this.#behaviour = name === null ? null : makeBehaviour(name, reply, this.#host);
    for (const connection of connections) this.serve(connection);
  }

  /** Ends what attended it before. */
  serve(connection: Attended): void {
    const behaviour = this.#behaviour;
    if (behaviour === null) connection.attend(null, '');
    else connection.attend(behaviour.attend(connection), `behaviour ${behaviour.name}`);
  }
}
