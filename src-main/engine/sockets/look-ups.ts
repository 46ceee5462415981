import { lookup, lookupService } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';

/** Half of the threads that libuv has by default; the other half is for files. */
const MAX_RUNNING = 2;

/** Names that may wait for a thread. */
const MAX_WAITING = 256;

/** Longer than the two tries that glibc gives one name server by default (man resolv.conf(5)). */
const LIMIT_MS = 11_000;

/** A name is a comfort that nobody waits long for. */
const NAME_LIMIT_MS = 5000;

export type LookUpResult = LookupAddress[] | NodeJS.ErrnoException;

/** Addresses of a name, or with `family` null the name of an address. */
interface Question {
  readonly host: string;
  readonly family: 0 | 4 | 6 | null;
}

/** Asks the system for a name; `answer` is called once, with addresses or names. */
export type Asker = (
  question: Question,
  answer: (error: NodeJS.ErrnoException | null, found: string[]) => void,
) => void;

type Found = string[] | NodeJS.ErrnoException;

interface LookUp {
  readonly key: string;
  readonly question: Question;
  readonly waiters: Set<(found: Found) => void>;
}

/** Asks from this process: the end of which waits for the answer. */
export const askHere: Asker = ({ host, family }, answer) => {
  if (family === null)
    // A name for the port comes with it, and nobody wants that.
    lookupService(host, 0, (error, name) => {
      answer(error, name === '' ? [] : [name]);
    });
  else
    lookup(host, { all: true, family }, (error, addresses) => {
      // Types promise them with an error too; Node gives none then.
      answer(error, error ? [] : addresses.map(({ address }) => address));
    });
};

/**
 * Asks the system for names. getaddrinfo(3) runs in the pool of threads that captures sync their
 * files with, cannot be cancelled, and takes seconds when a name server is silent: so few run at a
 * time, a name that is asked for already is not asked again, and nobody waits for ever.
 */
class LookUps {
  /** How it is done; a host that must be able to end at once has another way. */
  ask: Asker = askHere;
  readonly #running = new Map<string, LookUp>();
  readonly #waiting = new Map<string, LookUp>();

  /** Never rejects: a failure is the error that Node gives. */
  find(question: Question, limitMs: number): Promise<Found> {
    const key = `${question.family ?? 'name'} ${question.host}`;
    let lookUp = this.#running.get(key) ?? this.#waiting.get(key);
    if (!lookUp) {
      if (this.#waiting.size >= MAX_WAITING)
        return Promise.resolve(noAnswer(`${MAX_WAITING} other names wait for an answer`));
      lookUp = { key, question, waiters: new Set() };
      this.#waiting.set(key, lookUp);
      this.#next();
    }
    return this.#answerOf(lookUp, limitMs);
  }

  #answerOf(lookUp: LookUp, limitMs: number): Promise<Found> {
    return new Promise((resolve) => {
      const answer = (found: Found) => {
        clearTimeout(timer);
        lookUp.waiters.delete(answer);
        resolve(found);
      };
      const timer = setTimeout(() => {
        answer(noAnswer(`no answer within ${limitMs / 1000} s`));
        // Nobody wants it any more, so it need not begin.
        if (lookUp.waiters.size === 0) this.#waiting.delete(lookUp.key);
      }, limitMs).unref();
      lookUp.waiters.add(answer);
    });
  }

  #next(): void {
    for (const [key, lookUp] of this.#waiting) {
      if (this.#running.size >= MAX_RUNNING) return;
      this.#waiting.delete(key);
      this.#running.set(key, lookUp);
      this.ask(lookUp.question, (error, found) => {
        this.#running.delete(key);
        for (const waiter of lookUp.waiters) waiter(error ?? found);
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
export async function lookUp(host: string, family: 4 | 6 | null): Promise<LookUpResult> {
  const found = await lookUps.find({ host, family: family ?? 0 }, LIMIT_MS);
  if (found instanceof Error) return found;
  return found.map((address) => ({ address, family: isIP(address) }));
}

/**
 * What the system calls a literal address: by its hosts file, mDNS or DNS, as it is set up. ENOTFOUND:
 * nobody gave it a name (getnameinfo(3) with NI_NAMEREQD). Never rejects; at most 5 s.
 */
export function namesOf(address: string): Promise<Found> {
  return lookUps.find({ host: address, family: null }, NAME_LIMIT_MS);
}
