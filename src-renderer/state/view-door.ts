import type { SocketId } from '../../src-shared/contract/socket';
import type { ViewShape } from '../../src-shared/contract/view-shape';
import { ENGINE_LOST, toProblem } from './command-error';
import type { Commands } from './engine-client';

interface OpenedView {
  id: string;
  socket: SocketId;
  failed: (thrown: unknown) => void;
}

/** Opens and closes one view of the engine. Of several openings only the last one counts. */
export class ViewDoor {
  readonly #engine: Commands;
  readonly #of: OpenedView;
  #opening = 0;
  /** What the engine tells of the view is of the rows asked for last. */
  opened = false;

  constructor(engine: Commands, of: OpenedView) {
    this.#engine = engine;
    this.#of = of;
  }

  /** How many rows there are; null when another opening came, or it failed and was told. */
  async open(shape: ViewShape | undefined): Promise<number | null> {
    const opening = ++this.#opening;
    this.opened = false;
    const { id: view, socket, failed } = this.#of;
    try {
      const params = { view, socket, ...(shape === undefined ? {} : { shape }) };
      const { length } = await this.#engine.command('openView', params);
      if (opening !== this.#opening) return null;
      this.opened = true;
      return length;
    } catch (thrown) {
      if (opening === this.#opening) failed(thrown);
      return null;
    }
  }

  async close(): Promise<void> {
    try {
      await this.#engine.command('closeView', { view: this.#of.id });
    } catch (thrown) {
      // An engine that is gone has no view left to close.
      if (toProblem(thrown).code !== ENGINE_LOST) this.#of.failed(thrown);
    }
  }
}
