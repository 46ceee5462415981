import type { SocketId } from '../../../../src-shared/contract/socket';
import type { LinesShape } from '../../../../src-shared/contract/view-shape';
import type { Charset } from '../../../../src-shared/encoding/charset';
import { LINES_PER_MARK, packMark } from '../rows/line-marks';
import { eachRow, LineRows } from '../rows/line-rows';
import { LineWalker } from '../rows/line-walker';
import { RowReader } from '../rows/row-reader';
import type { RowSource } from '../rows/row-reader';

interface ScannedLines {
  lines: LinesShape;
  socket: SocketId | null;
}

/** Counts the lines of a connection, and tells where each of LINES_PER_MARK begins, and one of each file. */
export class LineScan {
  readonly #source: RowSource;
  readonly #rows: LineRows;
  readonly #walker: LineWalker;
  #hit: (words: readonly number[]) => void = () => undefined;
  /** Rows looked at so far. */
  scanned = 0;
  readonly pendingBytes = 0;
  /** Lines so far, the one that may still grow among them. */
  lines = 0;

  constructor(source: RowSource, of: ScannedLines, charset: Charset) {
    this.#source = source;
    this.#rows = new LineRows(source, new RowReader(source), of);
    this.#walker = new LineWalker(
      { as: of.lines.as, charset },
      {
        begin: (place, afresh) => {
          if (afresh || this.lines % LINES_PER_MARK === 0)
            this.#hit(packMark({ ...place, line: this.lines }));
          this.lines++;
        },
        add: () => undefined,
        end: () => undefined,
      },
    );
  }

  /** Goes on for about `ms`, at most to `end`; `hit` gets the words of each mark. */
  scan(end: number, ms: number, hit: (words: readonly number[]) => void): void {
    this.#hit = hit;
    this.scanned = eachRow(this.#source, { from: this.scanned, end, ms }, (row) => {
      this.#rows.feed(this.#walker, row, 0, false);
    });
  }
}
