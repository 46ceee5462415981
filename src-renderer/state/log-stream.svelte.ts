import type { SocketId } from '../../src-shared/contract/socket';
import type { LinesShape } from '../../src-shared/contract/view-shape';
import type { Row } from '../../src-shared/contract/row';
import type { Problem } from '../../src-shared/refusal/refusal';
import type { Commands } from './engine-client';
import { toProblem } from './command-error';
import { LogView } from './log-view.svelte';
import type { OpenViews } from './open-views';

export type StreamWay = 'both' | 'in' | 'out';

/** One connection of a tab as it ran, line by line: the lines are rows of a view of their own. */
export class LogStream {
  /** Null until something is looked at. */
  log = $state.raw<LogView | null>(null);
  as = $state.raw<LinesShape['as']>('hex16');
  way = $state.raw<StreamWay>('both');
  /** Why a place could not be gone to. */
  problem = $state.raw<Problem | null>(null);
  readonly #engine: Commands;
  readonly #rows: LogView;
  readonly #views: OpenViews;
  /** Number of a row of the capture that is to be shown as soon as its lines are there. */
  #wanted: number | null = null;
  #seeking = false;
  #made = 0;
  /** Follows the encoding of the tab no longer. */
  #leave: () => void = () => undefined;

  /** `rows`: the log of the same tab. */
  constructor(engine: Commands, rows: LogView, views: OpenViews) {
    this.#engine = engine;
    this.#rows = rows;
    this.#views = views;
  }

  /** Looks at one connection, unless it is looked at already. */
  show(socket: SocketId): void {
    if (this.log?.socket !== socket) this.#open(socket);
  }

  /** In other lines, or of other directions, from now on. */
  shape({ as = this.as, way = this.way }: { as?: LinesShape['as']; way?: StreamWay }): void {
    if (as === this.as && way === this.way) return;
    this.as = as;
    this.way = way;
    this.log?.shape.showLines(this.#lines);
  }

  /** Shows where a row of the capture stands in its connection. */
  showRow({ socket, number }: Pick<Row, 'socket' | 'number'>): void {
    this.#rows.pane = 'stream';
    this.show(socket);
    this.#seek(number);
  }

  /** Goes to the row that a line begins in, in the log. */
  async goToRow(line: number): Promise<void> {
    const row = this.log?.row(line);
    if (row === undefined) return;
    try {
      const { at } = await this.#engine.command('placeOf', {
        view: this.#rows.id,
        number: row.number,
      });
      this.#rows.pane = 'log';
      if (at === null || at < this.#rows.base) return;
      this.#rows.goTo(at);
    } catch (thrown) {
      this.problem = toProblem(thrown);
    }
  }

  /** More lines are there. */
  grew(): void {
    if (this.#wanted !== null) void this.#find();
  }

  close(): void {
    const { log } = this;
    this.log = null;
    if (log === null) return;
    this.#leave();
    this.#views.remove(log);
    void log.close();
  }

  get #lines(): LinesShape {
    return { as: this.as, ...(this.way === 'both' ? {} : { way: this.way }) };
  }

  #open(socket: SocketId): void {
    this.close();
    const name = `${this.#rows.id}-lines-${++this.#made}`;
    const log = new LogView(this.#engine, socket, name, { source: this.#rows.following.source });
    const { encoding } = this.#rows.shape;
    log.shape.encoding.begin(encoding.name);
    this.#leave = encoding.onChange((name) => void log.shape.encoding.choose(name));
    log.shape.showLines(this.#lines);
    this.#views.add(log);
    this.log = log;
  }

  #seek(number: number): void {
    this.#wanted = number;
    this.problem = null;
    void this.#find();
  }

  async #find(): Promise<void> {
    const { log } = this;
    const number = this.#wanted;
    if (log === null || number === null || this.#seeking) return;
    this.#seeking = true;
    try {
      const { at } = await this.#engine.command('placeOf', { view: log.id, number });
      if (this.log !== log || this.#wanted !== number) return;
      // Not there yet, or its line is still on its way to the log.
      if (at === null || at >= log.total) return;
      this.#wanted = null;
      log.goTo(at);
    } catch (thrown) {
      this.#wanted = null;
      this.problem = toProblem(thrown);
    } finally {
      this.#seeking = false;
    }
  }
}
