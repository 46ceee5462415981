import type { SocketError } from '../../../src-shared/contract/socket';
import { refusal } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';
import { Child, dissectorError } from './child';

/** One answer, bytes: a frame of 64 KiB with all its fields takes half a MiB. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

interface Waiting {
  resolve: (answer: unknown) => void;
  reject: (error: CommandError) => void;
  timer: NodeJS.Timeout;
}

/**
 * Wireshark's server without a window, as a child that reads requests (JSON-RPC 2.0, one a line) from
 * its standard input and answers one after another (Wireshark wiki: sharkd-JSON-RPC).
 */
export class Sharkd {
  readonly #child: Child;
  readonly #waiting = new Map<number, Waiting>();
  #pieces: Buffer[] = [];
  #bytes = 0;
  #requests = 0;
  /** Why it answers no more. */
  problem: SocketError | null = null;

  constructor(path: string) {
    this.#child = new Child(path, ['-'], (problem) => {
      this.#over(problem);
    });
    this.#child.stdout.on('data', (bytes: Buffer) => {
      this.#take(bytes);
    });
    void this.#child.exited.then((code) => {
      const said = this.#child.errors;
      const refused =
        said === ''
          ? refusal('sharkd-ended', { exit: String(code) })
          : refusal('sharkd-failed', { why: said });
      this.#over(dissectorError('ERR_DISSECTOR_FAILED', refused));
    });
  }

  /** Its `result`. Rejects with a CommandError: what sharkd says is wrong, or that it was ended. */
  request(method: string, params: object, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.problem) {
        reject(new CommandError(this.problem));
        return;
      }
      const id = ++this.#requests;
      const timer = setTimeout(() => {
        this.#child.end(
          dissectorError(
            'ERR_DISSECTOR_TIMEOUT',
            refusal('dissector-timeout', { seconds: timeoutMs / 1000 }),
          ),
        );
      }, timeoutMs);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
  }

  close(): void {
    this.#child.end();
    this.#over(dissectorError('ERR_DISSECTOR_FAILED', refusal('dissector-over')));
  }

  #take(bytes: Buffer): void {
    let from = 0;
    for (;;) {
      const end = bytes.indexOf(0x0a, from);
      const piece = bytes.subarray(from, end === -1 ? undefined : end);
      this.#pieces.push(piece);
      this.#bytes += piece.length;
      if (this.#bytes > MAX_ANSWER_BYTES) {
        this.#pieces = [];
        this.#child.end(dissectorError('ERR_DISSECTOR_FAILED', refusal('dissector-large')));
        return;
      }
      if (end === -1) return;
      this.#answer(Buffer.concat(this.#pieces).toString());
      this.#pieces = [];
      this.#bytes = 0;
      from = end + 1;
    }
  }

  #answer(line: string): void {
    let told: unknown;
    try {
      told = JSON.parse(line);
    } catch {
      return; // Not an answer: it talks to a terminal now and then.
    }
    const id = member(told, 'id');
    const waiting = typeof id === 'number' ? this.#waiting.get(id) : undefined;
    if (typeof id !== 'number' || !waiting) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    const error = member(told, 'error');
    if (error === undefined) waiting.resolve(member(told, 'result'));
    else {
      const said = member(error, 'message');
      const message = typeof said === 'string' ? said : refusal('dissector-failed');
      waiting.reject(new CommandError(dissectorError('ERR_DISSECTOR_FAILED', message)));
    }
  }

  #over(problem: SocketError): void {
    this.problem ??= problem;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new CommandError(this.problem));
    }
    this.#waiting.clear();
  }
}

/** A member of anything that came as JSON. */
export function member(of: unknown, key: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, key) : undefined;
}

/** A list that came as JSON; empty when it is none. */
export function listOf(value: unknown): unknown[] {
  const list: unknown[] = Array.isArray(value) ? value : [];
  return [...list];
}
