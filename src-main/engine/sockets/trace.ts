import type { Call } from '../../../src-shared/contract/control-commands';
import type { Ledger, SocketError } from '../../../src-shared/contract/socket';
import { epochMs, now } from '../clock';

export type CallName = Call['call'];

/** Of so many a socket keeps the first and the last; what lies between is counted. */
const MAX_FIRST = 64;
const MAX_LAST = 190;

const MAX_TEXT = 300;

export interface Calls {
  calls: Call[];
  dropped: number;
}

/**
 * The calls of one socket's life, by their Berkeley names, as Node made them for us. Rare calls
 * only: what passes with each chunk is folded from the ledger when somebody asks.
 */
export class Trace {
  readonly #first: Call[] = [];
  #last: Call[] = [];
  #dropped = 0;

  /** A call that has come back; `result` as C would have it. */
  call(name: CallName, args: string, result = '0'): void {
    this.#add(entry(name, args, { result }));
  }

  failed(name: CallName, args: string, error: SocketError): void {
    this.#add(entry(name, args, { error }));
  }

  /** A call that takes its time; the answer is what ends it. Asked for before: not over yet. */
  begin(name: CallName, args: string): (outcome: string | SocketError) => void {
    const begun = entry(name, args, {});
    const startedAt = now();
    this.#add(begun);
    return (outcome) => {
      if (begun.ms !== null) return;
      begun.ms = (now() - startedAt) / 1e6;
      if (typeof outcome === 'string') begun.result = outcome.slice(0, MAX_TEXT);
      else begun.error = outcome;
    };
  }

  /** The calls of one that is to be forgotten. */
  takeOver(calls: readonly Call[]): void {
    for (const call of calls) this.#add(call);
  }

  /** Oldest first, those folded from the ledger among them. */
  list(folded: readonly Call[] = []): Calls {
    const calls = [...this.#first, ...this.#last, ...folded];
    return { calls: calls.sort((a, b) => a.at - b.at), dropped: this.#dropped };
  }

  #add(call: Call): void {
    if (this.#first.length < MAX_FIRST) {
      this.#first.push(call);
      return;
    }
    this.#last.push(call);
    // In halves: to shift one off with every call would cost the length of the list.
    if (this.#last.length > MAX_LAST) {
      this.#dropped += MAX_LAST / 2;
      this.#last = this.#last.slice(MAX_LAST / 2);
    }
  }
}

/** `send` and `recv` (or `sendto` and `recvfrom`) of a socket, one line each for all of them. */
export function foldedCalls(
  ledger: Ledger,
  openedAt: number | null,
  [receive, send]: [CallName, CallName] = ['recv', 'send'],
): Call[] {
  const at = openedAt ?? 0;
  const folded = (name: CallName, count: number, bytes: number): Call[] => {
    const result = count === 1 ? String(bytes) : `${bytes} in all`;
    return count === 0 ? [] : [{ ...entry(name, 'fd, buffer', { result, at }), count, bytes }];
  };
  return [
    ...folded(receive, ledger.receivedChunks, ledger.receivedBytes),
    ...folded(send, ledger.sentChunks, ledger.sentBytes),
  ];
}

/** A call that has come back, made at that time. */
export function madeCall(name: CallName, args: string, result: string, at: number): Call {
  return entry(name, args, { result, at });
}

function entry(
  call: CallName,
  args: string,
  { result, error, at }: { result?: string; error?: SocketError; at?: number },
): Call {
  return {
    at: at ?? epochMs(now()),
    call,
    arguments: args.slice(0, MAX_TEXT),
    result: result?.slice(0, MAX_TEXT) ?? null,
    error: error ?? null,
    count: 1,
    bytes: 0,
    ms: null,
  };
}
