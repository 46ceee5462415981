import { CommandError } from '../command-error';
import { dissectorError } from './child';
import { MatchFinder } from './packet-matches';
import type { SessionFile } from '../capture/format/session-file';
import { listOf, member, Sharkd } from './sharkd';
import { filterProblem } from './tshark-matches';

/** It reads all of the capture before it answers. */
const LOAD_MS = 10 * 60_000;
const CHECK_MS = 15_000;
/** Rows asked for at once. */
const BATCH = 20_000;

/**
 * A display filter asked of sharkd, where tshark is not there: it opens the file itself, reads all of
 * it, and only then says which packets pass.
 */
export class SharkdMatches extends MatchFinder {
  readonly #sharkd: Sharkd;
  readonly #file: string;

  constructor(path: string, file: SessionFile, filter: string) {
    super([file]);
    this.#file = file.path;
    this.#sharkd = new Sharkd(path);
    void this.#run(filter).then(
      () => {
        this.#sharkd.close();
        return this.over(null);
      },
      (thrown: unknown) => {
        const message = thrown instanceof Error ? thrown.message : String(thrown);
        const problem =
          thrown instanceof CommandError
            ? thrown.toPlain()
            : dissectorError('ERR_DISSECTOR_FAILED', message);
        this.#sharkd.close();
        return this.over(problem);
      },
    );
  }

  protected override end(): void {
    this.#sharkd.close();
  }

  async #run(filter: string): Promise<void> {
    await this.#check(filter);
    await this.#sharkd.request('load', { file: this.#file }, LOAD_MS);
    for (let skip = 0; !this.closed;) {
      // One short column: the usual ones would be made for nothing.
      const params = { filter, limit: BATCH, column0: 'frame.number:1', ...(skip ? { skip } : {}) };
      const rows = listOf(await this.#sharkd.request('frames', params, LOAD_MS));
      const frames = rows.map((row) => member(row, 'num'));
      this.found(frames.filter((frame) => typeof frame === 'number'));
      if (rows.length < BATCH) return;
      skip += rows.length;
    }
  }

  async #check(filter: string): Promise<void> {
    try {
      await this.#sharkd.request('check', { filter }, CHECK_MS);
    } catch (thrown) {
      const said = thrown instanceof Error ? thrown.message : '';
      if (!said.startsWith('Filter invalid')) throw thrown;
      throw new CommandError(filterProblem(said.replace(/^Filter invalid - /, '')));
    }
  }
}
