import type { FramingSuggestion } from '../../../../src-shared/contract/highlight';
import type { Row } from '../../../../src-shared/contract/row';
import type { SocketError, SocketId } from '../../../../src-shared/contract/socket';
import type { ViewShape } from '../../../../src-shared/contract/view-shape';
import type { AskedRows, QuestionsRequest, RowQuestions, TriedFraming } from '../../types';
import { FrameList } from '../rows/frame-list';
import { frameRows } from '../rows/frame-rows';
import { ScanThread } from './scan-thread';
import { RowReader } from '../rows/row-reader';
import type { RowSource } from '../rows/row-reader';
import { CommandError } from '../../command-error';
import type { Answer } from '../scan/thread-questions';

/** What is asked for no longer than so long waits for its answer, ms; the answer itself is not lost. */
const LATE_MS = 200;

/** No rule is being tried. */
const NONE = -1;

/**
 * Answers about the rows of a view, from a thread of its own: only what is in sight is asked about, so
 * that neither a rate nor the length of a capture costs anything. An expression that takes for ever is
 * given up, and the others go on.
 */
export class QuestionView implements RowQuestions {
  readonly #source: RowSource;
  readonly #of: { shape: ViewShape; socket: SocketId | null };
  readonly #request: QuestionsRequest;
  readonly #trying = new Int32Array(new SharedArrayBuffer(4));
  /** The places, among all rules, of those that are tried. */
  #rules: number[];
  #thread: ScanThread | null = null;
  /** An answer is late: nobody waits for another until it is here. */
  #late = false;
  #closed = false;
  readonly ended: { rule: number; problem: SocketError }[] = [];

  constructor(
    source: RowSource,
    of: { shape: ViewShape; socket: SocketId | null },
    request: QuestionsRequest,
  ) {
    this.#source = source;
    this.#of = of;
    this.#request = request;
    this.#rules = request.rules.map((_, rule) => rule);
    // It takes its time to begin, and will be asked soon.
    if (this.#rules.length > 0) this.#started();
  }

  /** Null: not known yet, or no more. */
  async marks(asked: AskedRows): Promise<number[][] | null> {
    if (this.#rules.length === 0) return Array.from({ length: asked.count }, () => []);
    if (this.#late) return null;
    const rules = this.#rules;
    let tooLate: (nothing: null) => void = () => undefined;
    const late = new Promise<null>((resolve) => (tooLate = resolve));
    const waiting = setTimeout(() => {
      this.#late = true;
      tooLate(null);
    }, LATE_MS);
    const settled = this.#started()
      .ask({ about: 'marks', ...asked })
      .then((answer) => {
        this.#settle(waiting);
        if ('bits' in answer)
          return Array.from(answer.bits, (mask) => rules.filter((_, bit) => (mask >>> bit) & 1));
        if ('code' in answer) this.#gaveUp(answer);
        return null;
      });
    return Promise.race([settled, late]);
  }

  async tryFraming(framing: string): Promise<TriedFraming> {
    const answer = await this.#started().ask({ about: 'framing', framing });
    if (!('frames' in answer)) throw problemOf(answer);
    const { first, last, frames, rows } = answer;
    const whole = rows >= this.#source.file().rows;
    return { first: this.#rows(first), last: this.#rows(last), frames, rows, whole };
  }

  async suggestFraming(port: number | null): Promise<FramingSuggestion[]> {
    const answer = await this.#started().ask({ about: 'suggestions', port });
    if ('suggestions' in answer) return answer.suggestions;
    throw problemOf(answer);
  }

  close(): void {
    this.#closed = true;
    this.#thread?.close();
  }

  #rows(words: Uint32Array): Row[] {
    const frames = new FrameList();
    frames.append(words);
    const reader = new RowReader(this.#source);
    return frameRows(this.#source, reader, { frames, from: 0, end: frames.length });
  }

  #settle(waiting: NodeJS.Timeout): void {
    clearTimeout(waiting);
    if (!this.#late) return;
    this.#late = false;
    if (!this.#closed) this.#request.onChange();
  }

  #started(): ScanThread {
    if (this.#thread) return this.#thread;
    this.#trying[0] = NONE;
    const rules = this.#rules.map((rule) => this.#request.rules[rule] ?? '');
    const asked = { rules, trying: this.#trying.buffer };
    const { thread, onChange, definitions = [] } = this.#request;
    const found = () => undefined;
    return (this.#thread = new ScanThread(this.#source, {
      ...this.#of,
      ...{ asked, definitions: [...definitions], thread, found, onChange },
    }));
  }

  /** The thread is gone: without the rule it was lost in, another one begins. */
  #gaveUp(problem: SocketError): void {
    if (this.#closed) return;
    this.#thread?.close();
    this.#thread = null;
    const rule = this.#rules[this.#trying[0] ?? NONE];
    // What is not the fault of a rule ends them all: it would come again.
    for (const ended of rule === undefined ? this.#rules : [rule])
      this.ended.push({ rule: ended, problem });
    this.#rules = rule === undefined ? [] : this.#rules.filter((one) => one !== rule);
    this.#request.onChange();
  }
}

/** The answer to another question, or none. */
function problemOf(answer: Answer | SocketError): Error {
  return 'code' in answer
    ? new CommandError(answer)
    : new Error(`The thread answered about ${answer.about}`);
}
