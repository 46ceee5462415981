import type { SocketId } from '../../../../../src-shared/contract/socket';
import type { Statistics } from '../../../../../src-shared/contract/statistics';
import type { ViewShape } from '../../../../../src-shared/contract/view-shape';
import type { PacketMatches, RunningStatistics, StatisticsRequest } from '../../../types';
import type { RowSource } from '../../rows/row-reader';
import { ScanThread } from '../../views/scan-thread';

interface CountedView {
  shape: ViewShape;
  socket: SocketId | null;
  matches?: PacketMatches;
}

/** What the messages of a view come to; another thread adds up, and tells from time to time. */
export class StatisticsView implements RunningStatistics {
  readonly #scan: ScanThread;
  latest: Statistics | null = null;
  version = 0;

  constructor(
    source: RowSource,
    of: CountedView,
    { options, definitions = [], onChange, thread }: StatisticsRequest,
  ) {
    const statistics = { options, live: source.live };
    const start = { ...of, statistics, definitions: [...definitions] };
    const counted = (statistics: Statistics) => {
      this.latest = statistics;
      this.version++;
    };
    const found = () => undefined;
    this.#scan = new ScanThread(source, { ...start, thread, found, counted, onChange });
  }

  get scanning(): RunningStatistics['scanning'] {
    const { scanned: scannedRows, pendingBytes, problem, done } = this.#scan;
    return { scannedRows, pendingBytes, problem, done };
  }

  refresh(): void {
    this.#scan.refresh();
  }

  close(): void {
    this.#scan.close();
  }
}
