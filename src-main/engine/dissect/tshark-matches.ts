import { readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { SocketError } from '../../../src-shared/contract/socket';
import { refusal } from '../../../src-shared/refusal/refusal';
import { Child, dissectorError } from './child';
import { MatchFinder } from './packet-matches';
import type { SessionFile } from '../capture/format/session-file';
import { feedFiles } from './feed-files';
import { NamedPipe } from './named-pipe';

const LOOK_MS = 250;
/** It reads nothing and finds nothing for so long: it is lost in a packet. */
const STUCK_MS = 60_000;

/** A display filter asked of tshark, which tells each packet that passes as it comes to it. */
export class TsharkMatches extends MatchFinder {
  readonly #child: Child;
  /** Null: it is given several as one. */
  readonly #path: string | null;
  #fed = 0;
  readonly #pipe: NamedPipe | null;
  readonly #look: NodeJS.Timeout;
  #rest = '';
  #movedAt = performance.now();
  #position = -1;
  #ended: SocketError | null = null;

  constructor(path: string, files: readonly SessionFile[], filter: string) {
    super(files);
    const [file, ...others] = files;
    const only = others.length === 0 ? file?.path : undefined;
    this.#path = only === undefined ? null : realpathSync(only);
    // Where no pipe has a name, the standard input is one.
    this.#pipe = only === undefined && process.platform !== 'win32' ? new NamedPipe() : null;
    const show = ['-Y', filter, '-T', 'fields', '-e', 'frame.number'];
    const args = ['-n', '-l', '-r', only ?? this.#pipe?.path ?? '-', ...show];
    this.#child = new Child(path, args, (problem) => (this.#ended = problem));
    if (only === undefined) void this.#feed(this.#pipe?.stream ?? this.#child.stdin);
    if (only !== undefined || this.#pipe) this.#child.stdin.end();
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
    this.#pipe?.close();
    clearInterval(this.#look);
    const { errors } = this.#child;
    // A capture that is cut or damaged was looked through up to there, as we have read it.
    const through = code === 0 || /^The (?:capture )?file /m.test(errors);
    await this.over(this.#ended ?? (through ? null : filterProblem(errors)));
  }

  async #feed(to: Writable): Promise<void> {
    const over = this.#child.exited;
    const fed = (offset: number) => (this.#fed = offset);
    const problem = await feedFiles(this.files, { to, over, fed });
    if (problem) this.#child.end(problem);
  }

  #take(text: string): void {
    this.#movedAt = performance.now();
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    this.found(lines.map(Number));
  }

  #positionIn(path: string): number | null {
    const start = this.files[0]?.start ?? 0;
    const position = positionIn(this.#child.pid, path);
    return position === null ? null : start + position;
  }

  /** How far it is in the file: Linux tells; elsewhere what it finds does. */
  #watch(): void {
    const position = this.#path === null ? this.#fed : this.#positionIn(this.#path);
    if (position !== null && position !== this.#position) {
      this.#position = position;
      this.#movedAt = performance.now();
      this.progressed(position);
    }
    if (position === null || performance.now() - this.#movedAt < STUCK_MS) return;
    this.#child.end(
      dissectorError(
        'ERR_DISSECTOR_TIMEOUT',
        refusal('dissector-stuck', { seconds: STUCK_MS / 1000 }),
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
  return dissectorError(
    'ERR_BAD_DISPLAY_FILTER',
    first === '' ? refusal('dissector-failed') : first,
  );
}
