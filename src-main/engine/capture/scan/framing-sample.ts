import type { FramingSuggestion } from '../../../../src-shared/contract/highlight';
import type { SocketId } from '../../../../src-shared/contract/socket';
import { suggestFramings } from '../../../../src-shared/framing/suggest';
import type { SampledStream } from '../../../../src-shared/framing/sampled-stream';
import { RowKind } from '../rows/capture-index';
import { RowReader } from '../rows/row-reader';
import type { RowSource } from '../rows/row-reader';

/** Of each connection so much is looked at, from its beginning on. */
const SAMPLE_BYTES = 64 * 1024;
const SAMPLE_CHUNKS = 512;

/** So many connections, and so many rows to find them in. */
const SAMPLE_FLOWS = 4;
const SAMPLE_ROWS = 20_000;

/** What the beginnings of the first connections suggest; datagrams are frames by themselves. */
export function suggestions(
  source: RowSource,
  socket: SocketId | null,
  port: number | null,
): FramingSuggestion[] {
  const { index, socketOf, protocolOf } = source;
  const reader = new RowReader(source);
  const flows = new Map<number, SampledStream>();
  const rows = Math.min(index.length, SAMPLE_ROWS);
  let bytes = 0;
  for (let row = 0; row < rows && bytes < SAMPLE_FLOWS * SAMPLE_BYTES; row++) {
    const flow = index.flow(row);
    const kind = index.kind(row);
    const isData = (kind === RowKind.in || kind === RowKind.out) && index.lengthBytes(row) > 0;
    if (!isData || protocolOf(flow) !== 'tcp') continue;
    if (socket !== null && socketOf(flow) !== socket) continue;
    let stream = flows.get(flow);
    if (!stream && flows.size < SAMPLE_FLOWS) flows.set(flow, (stream = { chunks: [], bytes: 0 }));
    if (!stream || stream.bytes >= SAMPLE_BYTES || stream.chunks.length >= SAMPLE_CHUNKS) continue;
    const chunk = reader.payloadOf(row).slice(0, SAMPLE_BYTES - stream.bytes);
    stream.chunks.push({ direction: kind === RowKind.out ? 'out' : 'in', bytes: chunk });
    stream.bytes += chunk.length;
    bytes += chunk.length;
  }
  return suggestFramings([...flows.values()], port);
}
