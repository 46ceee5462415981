import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { SocketError } from '../../../src-shared/contract/socket';
import { refusal, type Refused } from '../../../src-shared/refusal/refusal';

/** A dissector that takes more is in something made to exhaust it; resident memory, bytes. */
const MAX_MEMORY_BYTES = 2 * 1024 ** 3;
const PAGE_BYTES = 4096;
const LOOK_MS = 500;
const MAX_ERRORS = 4000;

/** What every program of Wireshark says when it starts, and nobody asked. */
const CHATTER = /^(?:Running as user .*|Hello in child\.|load: filename=.*|\s*)$/;

/** In words of ours where it is a refusal, else in those of Wireshark. */
export function dissectorError(code: string, told: string | Refused): SocketError {
  return typeof told === 'string' ? { code, message: told.slice(0, 2000) } : { code, ...told };
}

/**
 * A program of Wireshark, started without a shell and ended by us. Where we are killed first, it ends
 * with the pipes that it reads from or writes to. Its memory is watched where the system tells (Linux).
 */
export class Child {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number | null>;
  readonly #onProblem: (problem: SocketError) => void;
  #watch: NodeJS.Timeout | null = null;
  #errors = '';
  #over = false;

  /** `problem`: why it was ended, or could not be started. Told once, then `exited` resolves. */
  constructor(path: string, args: readonly string[], onProblem: (problem: SocketError) => void) {
    this.#onProblem = onProblem;
    // Its words are read by us and shown as they are: not in the language of the desktop.
    const env = { ...process.env, LC_ALL: 'C.UTF-8' };
    this.#process = spawn(path, args, { env, windowsHide: true });
    this.#ended = new Promise((resolve) => {
      this.#process.once('close', (code) => {
        this.#stopWatching();
        resolve(code);
      });
      this.#process.once('error', (error) => {
        const refused = refusal('dissector-unstarted', { path, why: error.message });
        this.end(dissectorError('ERR_DISSECTOR_FAILED', refused));
        resolve(null);
      });
    });
    this.#process.stderr.on('data', (bytes: Buffer) => {
      if (this.#errors.length < MAX_ERRORS) this.#errors += bytes.toString();
    });
    // It may be gone before it has read all: its exit tells.
    for (const stream of [this.#process.stdin, this.#process.stdout, this.#process.stderr])
      stream.on('error', () => undefined);
    this.#watch = setInterval(() => {
      this.#look();
    }, LOOK_MS).unref();
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get stdin(): ChildProcessWithoutNullStreams['stdin'] {
    return this.#process.stdin;
  }

  get stdout(): ChildProcessWithoutNullStreams['stdout'] {
    return this.#process.stdout;
  }

  /** Its exit code; null when it was ended or never began. */
  get exited(): Promise<number | null> {
    return this.#ended;
  }

  /** What it complained of, without what it says every time. */
  get errors(): string {
    const lines = this.#errors.split('\n').filter((line) => !CHATTER.test(line));
    return lines.join('\n').replace(/^(?:tshark|sharkd): /, '');
  }

  /** At once. With a reason it is told. */
  end(problem: SocketError | null = null): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopWatching();
    this.#process.kill('SIGKILL');
    if (problem) this.#onProblem(problem);
  }

  #stopWatching(): void {
    if (this.#watch) clearInterval(this.#watch);
    this.#watch = null;
  }

  #look(): void {
    if (process.platform !== 'linux' || this.pid === undefined) return;
    let pages: number;
    try {
      pages = Number(readFileSync(`/proc/${this.pid}/statm`, 'latin1').split(' ')[1]);
    } catch {
      return; // Gone already.
    }
    if (pages * PAGE_BYTES > MAX_MEMORY_BYTES)
      this.end(dissectorError('ERR_DISSECTOR_MEMORY', refusal('dissector-memory')));
  }
}
