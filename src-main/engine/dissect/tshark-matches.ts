import { readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import type { SocketError } from '../../../src-shared/contract/socket';
import { Child, dissectorError } from './child';
import { MatchFinder } from './packet-matches';
import type { FilteredFile } from './packet-matches';

const LOOK_MS = 250;
/** It reads nothing and finds nothing for so long: it is lost in a packet. */
const STUCK_MS = 60_000;

/** A display filter asked of tshark, which tells each packet that passes as it comes to it. */
export class TsharkMatches extends MatchFinder {
  readonly #child: Child;
  readonly #path: string;
  readonly #look: NodeJS.Timeout;
  #rest = '';
  #movedAt = performance.now();
  #position = -1;
  #ended: SocketError | null = null;

  constructor(path: string, file: FilteredFile, filter: string) {
    super(file);
    this.#path = realpathSync(file.path);
    const args = ['-n', '-l', '-r', file.path, '-Y', filter, '-T', 'fields', '-e', 'frame.number'];
    this.#child = new Child(path, args, (problem) => (this.#ended = problem));
    this.#child.stdin.end();
    this.#child.stdout.on('data', (bytes: Buffer) => {
      this.#take(bytes.toString('latin1'));
    });
    this.#look = setInterval(() => {
      this.#watch();
    }, LOOK_MS).unref();
    void this.#ends();
  }

  protected override end(): void {
    clearInterval(this.#look);
    this.#child.end();
  }

  async #ends(): Promise<void> {
    const code = await this.#child.exited;
    clearInterval(this.#look);
    const { errors } = this.#child;
    // A capture that is cut or damaged was looked through up to there, as we have read it.
    const through = code === 0 || /^The (?:capture )?file /m.test(errors);
    await this.over(this.#ended ?? (through ? null : filterProblem(errors)));
  }

  #take(text: string): void {
    this.#movedAt = performance.now();
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    this.found(lines.map(Number));
  }

  /** How far it is in the file: Linux tells; elsewhere what it finds does. */
  #watch(): void {
    const position = positionIn(this.#child.pid, this.#path);
    if (position !== null && position !== this.#position) {
      this.#position = position;
      this.#movedAt = performance.now();
      this.progressed(position);
    }
    if (position === null || performance.now() - this.#movedAt < STUCK_MS) return;
    this.#child.end(
      dissectorError(
        'ERR_DISSECTOR_TIMEOUT',
        `Wireshark made no progress for ${String(STUCK_MS / 1000)} s and was ended.`,
      ),
    );
  }
}

/** Where a process stands in a file that it reads; null where nobody tells. */
function positionIn(pid: number | undefined, path: string): number | null {
  if (pid === undefined || process.platform !== 'linux') return null;
  try {
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      if (readlinkSync(`/proc/${pid}/fd/${fd}`) !== path) continue;
      const told = /^pos:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1'))?.[1];
      return told === undefined ? null : Number(told);
    }
  } catch {
    // It ends just now.
  }
  return null;
}

/** What Wireshark says is wrong with a filter, in its own words. */
export function filterProblem(said: string): SocketError {
  const [first = ''] = said.split('\n');
  return dissectorError('ERR_BAD_DISPLAY_FILTER', first === '' ? 'Wireshark failed.' : first);
}
