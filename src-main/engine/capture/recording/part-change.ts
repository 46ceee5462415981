import type { Note } from '../../../../src-shared/contract/row';
import type { Stamp } from '../../clock';
import type { PcapngWriter } from './pcapng-writer';
import type { LetGo, RecordingParts } from './recording-parts';

/** When no new part could be begun, it is tried again so much later. */
const RETRY_BYTES = 1024 * 1024;

/** Lets a recording go on in its next part when the one before is full, or its time is over. */
export class PartChange {
  /** A row that begins there or behind it is the last of its part: one comparison a row. */
  due: number;
  readonly #writer: PcapngWriter;
  readonly #parts: RecordingParts;
  readonly #header: Uint8Array;
  #timer: NodeJS.Timeout | null = null;

  /** `header`: what every part begins with. */
  constructor(writer: PcapngWriter, parts: RecordingParts, header: Uint8Array) {
    this.#writer = writer;
    this.#parts = parts;
    this.#header = header;
    this.due = parts.sizeBytes;
    this.#wait();
  }

  /**
   * Goes on in the next part; `row` is the first in it, `closing` the last block of the one before.
   * Returns why not, and then goes on in the same; else the note of its first row, and what was let go.
   */
  make(closing: Uint8Array, row: number, at: Stamp): LetGo & { note: Note | null } {
    const parts = this.#parts;
    const error = this.#writer.next(parts.nextPath, this.#header, closing);
    this.#wait();
    if (error !== null) {
      this.due = this.#writer.position + Math.min(parts.sizeBytes, RETRY_BYTES);
      return { note: null, firstRow: null, error };
    }
    parts.began(this.#writer.origin, row, at);
    this.due = this.#writer.origin + parts.sizeBytes;
    const letGo = parts.letGo(at);
    return { note: parts.note({ rows: row, bytes: this.#writer.origin }), ...letGo };
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  #wait(): void {
    const { everyMs } = this.#parts;
    this.close();
    // With the row that comes next: while nothing comes, no parts are made.
    if (everyMs !== null) this.#timer = setTimeout(() => (this.due = 0), everyMs).unref();
  }
}
