import { counted } from '../../../../src-shared/counted';
import type { Stamp } from '../../clock';
import type { SessionCounts } from '../../types';
import { formatNote } from '../format/note-text';
import type { Statistics } from '../format/pcapng-blocks';

/** Statistics that changed are written this often; kernel drops at once. */
const STATISTICS_EVERY_NS = 10e9;

/** The counts of a recording, and when they are to be written. */
export class RecordedCounts {
  #latest: SessionCounts | null = null;
  #written: SessionCounts = { received: 0, kernelDropped: null, ownDropped: 0 };
  #writtenAt: Stamp;

  constructor(at: Stamp) {
    this.#writtenAt = at;
  }

  /** What is to be written of new ones, and at once; null: nothing yet. */
  news(counts: SessionCounts, at: Stamp): Pick<Statistics, 'comment'> | null {
    this.#latest = { ...counts };
    const written = this.#written;
    const dropped = (counts.kernelDropped ?? 0) - (written.kernelDropped ?? 0);
    if (dropped > 0) {
      const text = counted(dropped, 'datagram');
      return { comment: formatNote({ event: 'kernel-dropped', text }) };
    }
    const changed =
      counts.received !== written.received || counts.ownDropped !== written.ownDropped;
    return changed && at - this.#writtenAt >= STATISTICS_EVERY_NS ? {} : null;
  }

  /** The figures, which are written now. */
  write(at: Stamp): Omit<Statistics, 'time'> {
    if (this.#latest !== null) {
      this.#written = this.#latest;
      this.#writtenAt = at;
    }
    const { received, ownDropped, kernelDropped } = this.#written;
    return { received, ownDropped, ...(kernelDropped === null ? {} : { kernelDropped }) };
  }
}
