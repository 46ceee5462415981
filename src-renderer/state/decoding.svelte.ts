import type { Definition, Proto } from '../../src-shared/contract/definition';
import type { Words } from '../../src-shared/decode/words';
import type {
  DecodeAnswer,
  DecodeJob,
  DecodeReply,
  DecodeRequest,
  ProtoAnswer,
} from './decode-messages';

/** The worker, as main.ts makes it. */
export interface DecodeWorker {
  post(request: DecodeRequest): void;
  /** There is one listener. `failed`: it could not be started, or ended by itself. */
  listen(reply: (reply: DecodeReply) => void, failed: (message: string) => void): void;
  end(): void;
}

/** What decoding came to. `tooSlow`: the decoder did not answer in time and was ended. */
export type DecodeResult = DecodeAnswer | { ok: false; tooSlow: true };

/** A decoder answers in so long, or it never will. */
const ANSWER_MS = 1000;

/** So long may the worker take to start on a busy machine. */
const START_MS = 15_000;

interface Asked {
  request: Extract<DecodeRequest, { id: number }>;
  resolve: (answer: Outcome) => void;
}

/** What a question can come to; the one who asks knows which of the good ones it is. */
type Outcome =
  | { kind: 'decoded'; answer: DecodeAnswer }
  | { kind: 'proto'; answer: ProtoAnswer }
  | { kind: 'too-slow' }
  | { kind: 'failed'; message: string };

/**
 * Decodes beside the page. A worker that does not answer in time is ended and made anew: the question
 * it was lost in gets no answer, those behind it do.
 */
export class Decoding {
  /** The decoders that the user has described. */
  definitions = $state.raw<readonly Definition[]>([]);
  /** Counts changes of what decoders say: other definitions, another language. */
  version = $state.raw(0);
  /** Decodes that were ended so far. */
  ended = $state.raw(0);
  readonly #start: () => DecodeWorker;
  readonly #words: () => Words;
  #worker: DecodeWorker | null = null;
  #ready = false;
  /** In the order asked, the first one being answered. */
  #waiting: Asked[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #nextId = 1;

  /** `words`: in the language shown. */
  constructor(start: () => DecodeWorker, words: () => Words) {
    this.#start = start;
    this.#words = words;
  }

  /** Of the definitions. */
  get names(): string[] {
    return this.definitions.map(({ name }) => name);
  }

  /** Other definitions from now on. */
  define(definitions: readonly Definition[]): void {
    this.definitions = definitions;
    this.refresh();
  }

  /** What decoders say has changed, the language perhaps. */
  refresh(): void {
    this.version++;
    this.#worker?.post(this.#setup());
  }

  async decode(job: DecodeJob): Promise<DecodeResult> {
    const outcome = await this.#ask({ kind: 'decode', id: this.#nextId++, job });
    switch (outcome.kind) {
      case 'decoded':
        return outcome.answer;
      case 'too-slow':
        return { ok: false, tooSlow: true };
      case 'failed':
        return { ok: false, message: outcome.message };
      case 'proto':
        return { ok: false, message: 'the answer to another question' };
      default:
        return outcome satisfies never;
    }
  }

  /** Which messages there are in `.proto` files. */
  async messagesIn(files: Proto['files']): Promise<ProtoAnswer> {
    const outcome = await this.#ask({ kind: 'proto', id: this.#nextId++, files });
    if (outcome.kind === 'proto') return outcome.answer;
    return { ok: false, message: outcome.kind === 'failed' ? outcome.message : outcome.kind };
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#worker?.end();
    this.#worker = null;
  }

  #ask(request: Asked['request']): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#waiting.push({ request, resolve });
      if (this.#worker === null) this.#begin();
      else this.#worker.post(request);
      if (this.#waiting.length === 1) this.#watch();
    });
  }

  /** A worker for all that waits. */
  #begin(): void {
    const worker = this.#start();
    this.#worker = worker;
    this.#ready = false;
    worker.listen(
      (reply) => {
        if (this.#worker === worker) this.#heard(reply);
      },
      (message) => {
        if (this.#worker === worker) this.#failed(message);
      },
    );
    worker.post(this.#setup());
    for (const { request } of this.#waiting) worker.post(request);
    this.#watch();
  }

  #setup(): DecodeRequest {
    return { kind: 'setup', definitions: $state.snapshot(this.definitions), words: this.#words() };
  }

  #heard(reply: DecodeReply): void {
    if (reply.kind === 'ready') this.#ready = true;
    else {
      const place = this.#waiting.findIndex(({ request }) => request.id === reply.id);
      const [asked] = place === -1 ? [] : this.#waiting.splice(place, 1);
      asked?.resolve(reply);
    }
    this.#watch();
  }

  /** The one that is being answered has its time from now on. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.length === 0) return;
    const tooLong = () => {
      // The page itself may have been held up: an answer that is here already counts.
      this.#timer = setTimeout(() => {
        if (this.#ready) this.#giveUp();
        else this.#failed('The decoding worker did not start.');
      });
    };
    this.#timer = setTimeout(tooLong, this.#ready ? ANSWER_MS : START_MS);
  }

  #giveUp(): void {
    const lost = this.#waiting.shift();
    this.ended++;
    this.close();
    lost?.resolve({ kind: 'too-slow' });
    if (this.#waiting.length > 0) this.#begin();
  }

  #failed(message: string): void {
    this.close();
    for (const { resolve } of this.#waiting.splice(0)) resolve({ kind: 'failed', message });
  }
}
