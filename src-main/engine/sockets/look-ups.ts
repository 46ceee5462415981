import { lookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';

/** Half of the threads that libuv has by default; the other half is for files. */
const MAX_RUNNING = 2;

/** Names that may wait for a thread. */
const MAX_WAITING = 256;

/** Longer than the two tries that glibc gives one name server by default (man resolv.conf(5)). */
const LIMIT_MS = 11_000;

export type LookUpResult = LookupAddress[] | NodeJS.ErrnoException;

/** Asks the system for a name; `answer` is called once. */
export type Asker = (
  host: string,
  family: 0 | 4 | 6,
  answer: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

interface LookUp {
  readonly key: string;
  readonly host: string;
  readonly family: 0 | 4 | 6;
  readonly waiters: Set<(result: LookUpResult) => void>;
}

/**
 * Asks the system for names. getaddrinfo(3) runs in the pool of threads that captures sync their
 * files with, cannot be cancelled, and takes seconds when a name server is silent: so few run at a
 * time, a name that is asked for already is not asked again, and nobody waits for ever.
 */
class LookUps {
  /** How it is done; a host that must be able to end at once has another way. */
  ask: Asker = (host, family, answer) => {
    lookup(host, { all: true, family }, answer);
  };
  readonly #running = new Map<string, LookUp>();
  readonly #waiting = new Map<string, LookUp>();

  /** Never rejects: a failure is the error that Node gives. */
  find(host: string, family: 0 | 4 | 6): Promise<LookUpResult> {
    const key = `${family} ${host}`;
    let lookUp = this.#running.get(key) ?? this.#waiting.get(key);
    if (!lookUp) {
      if (this.#waiting.size >= MAX_WAITING)
        return Promise.resolve(noAnswer(`${MAX_WAITING} other names wait for an answer`));
      lookUp = { key, host, family, waiters: new Set() };
      this.#waiting.set(key, lookUp);
      this.#next();
    }
    return this.#answerOf(lookUp);
  }

  #answerOf(lookUp: LookUp): Promise<LookUpResult> {
    return new Promise((resolve) => {
      const answer = (result: LookUpResult) => {
        clearTimeout(timer);
        lookUp.waiters.delete(answer);
        resolve(result);
      };
      const timer = setTimeout(() => {
        answer(noAnswer(`no answer within ${LIMIT_MS / 1000} s`));
        // Nobody wants it any more, so it need not begin.
        if (lookUp.waiters.size === 0) this.#waiting.delete(lookUp.key);
      }, LIMIT_MS).unref();
      lookUp.waiters.add(answer);
    });
  }

  #next(): void {
    for (const [key, lookUp] of this.#waiting) {
      if (this.#running.size >= MAX_RUNNING) return;
      this.#waiting.delete(key);
      this.#running.set(key, lookUp);
      this.ask(lookUp.host, lookUp.family, (error, addresses) => {
        this.#running.delete(key);
        for (const waiter of lookUp.waiters) waiter(error ?? addresses);
        this.#next();
      });
    }
  }
}

function noAnswer(why: string): NodeJS.ErrnoException {
  return Object.assign(new Error(why), { code: 'EAI_AGAIN', syscall: 'getaddrinfo' });
}

// One for the process, as the pool of threads is: two could fill it together.
const lookUps = new LookUps();

/** From now on the system is asked so. */
export function lookUpWith(asker: Asker): void {
  lookUps.ask = asker;
}

/** All addresses of a name in the system's order, or the error. Never rejects; at most 11 s. */
export function lookUp(host: string, family: 4 | 6 | null): Promise<LookUpResult> {
  return lookUps.find(host, family ?? 0);
}
