import type { AnsweringName } from '../../../src-shared/contract/behaviour';
import type { RuleState } from '../../../src-shared/contract/rules';
import type { Attended } from '../sockets/attendant';
import {
  makeBehaviour,
  type AskedBehaviour,
  type AskedRules,
  type Behaviour,
  type ListenerHost,
} from './behaviours';

/** What a listener does for its connections by itself: its behaviour, if it has one. */
export class Attendance {
  readonly #host: ListenerHost;
  #behaviour: Behaviour | null = null;

  constructor(host: ListenerHost) {
    this.#host = host;
  }

  get name(): AnsweringName | null {
    return this.#behaviour?.name ?? null;
  }

  get rules(): RuleState | undefined {
    return this.#behaviour?.book?.state;
  }

  /** For the connections that are there and those to come. Throws when what is asked for is wrong. */
  set(asked: AskedBehaviour | AskedRules | null, connections: Iterable<Attended>): void {
    this.#behaviour = asked && makeBehaviour(asked, this.#host);
    for (const connection of connections) this.serve(connection);
  }

  /** Ends what attended it before. */
  serve(connection: Attended): void {
    const behaviour = this.#behaviour;
    if (behaviour === null) connection.attend(null, '');
    else connection.attend(behaviour.attend(connection), `behaviour ${behaviour.name}`);
  }
}
