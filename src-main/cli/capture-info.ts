import { counted } from '../../src-shared/counted';
import type { CaptureParts } from '../../src-shared/contract/socket';
import { USUAL_ANSWER_TIMEOUT_MS } from '../../src-shared/contract/statistics-words';
import type { StreamFigures } from '../../src-shared/contract/stream-figures';
import type { ViewShape } from '../../src-shared/contract/view-shape';
import type { FoundFlow } from '../engine/capture/reading/found-flow';
import { summedFigures } from '../engine/capture/reading/found-flows';
import { placeName } from '../engine/capture/format/stand-in';
import { endpointText } from '../engine/sockets/endpoint';
import { isoOfMs, jsonLine } from '../engine/export/json-line';
import type { CaptureFiles } from './capture-files';
import { CaptureView } from './capture-view';
import type { ExitCode } from './exit';
import type { PrintMode } from './lines';
import { openCapture, tellDamage } from './open-capture';
import { terminal } from './process';

/** So many flows are listed for people; JSON has all. */
const SHOWN_FLOWS = 20;

/** What waited in vain for the rest of it is told behind rows that came later: at most so many. */
const LATE_ROWS = 8192;

/** Nothing but how many messages, and how many bytes, each way. */
const SUMS = { pairing: null, timeoutMs: USUAL_ANSWER_TIMEOUT_MS, bucketMs: null };

/** Reads the whole file and says what is in it; of what `shape` shows of it, how much that is. */
export async function captureInfo(
  files: CaptureFiles,
  { print, shape }: { print: PrintMode; shape: ViewShape },
): Promise<ExitCode> {
  const shown = Object.keys(shape).length > 0 ? await CaptureView.open(files, shape) : null;
  const passing = shown && (await passingIn(shown));
  const capture = shown?.capture ?? openCapture(files);
  await capture.done;
  const { bytes, rows, damage, parts } = capture.state;
  const view = capture.view(null);
  const first = view.rows(0, 1)[0];
  const late = view.rows(Math.max(0, rows - LATE_ROWS), LATE_ROWS);
  const last = late.reduce((latest, { at }) => Math.max(latest, at), first?.at ?? 0);
  const { flows, otherPackets } = capture;
  const reassembly = summedFigures(flows);
  const from = first ? isoOfMs(first.at) : null;
  const to = first ? isoOfMs(last) : null;
  if (print === 'json')
    terminal.output.line(
      jsonLine({
        ...{ file: files.name, bytes, rows, from, to, damage, reassembly, otherPackets },
        ...(parts ? { parts, files: files.paths } : {}),
        ...(passing ? { passing } : {}),
        flows: flows.map(flowFields),
      }),
    );
  else {
    terminal.output.line(files.name);
    terminal.output.line(
      `${counted(bytes, 'byte')}, ${counted(rows, 'row')}, ${counted(flows.length, 'flow')}`,
    );
    if (parts) terminal.output.line(partsText(parts));
    if (passing) terminal.output.line(passingText(passing));
    if (from !== null && to !== null) terminal.output.line(`${from} to ${to}`);
    if (reassembly) terminal.output.line(reassemblyText(reassembly));
    for (const { what, packets } of otherPackets)
      terminal.output.line(`${counted(packets, 'packet')} without rows: ${what}`);
    for (const flow of flows.slice(0, SHOWN_FLOWS))
      terminal.output.line(`${flowText(flow)}${pairText(flow, flows)}`);
    if (flows.length > SHOWN_FLOWS)
      terminal.output.line(`and ${flows.length - SHOWN_FLOWS} more; --print json lists all`);
  }
  shown?.close();
  return tellDamage(damage, files);
}

interface Passing {
  receivedMessages: number;
  receivedBytes: number;
  sentMessages: number;
  sentBytes: number;
}

/** What is shown: frames, where it is cut into them, and those that pass, where it is filtered. */
async function passingIn(shown: CaptureView): Promise<Passing> {
  const sums = await shown.sums(SUMS);
  return {
    receivedMessages: sums?.in.messages ?? 0,
    receivedBytes: sums?.in.bytes ?? 0,
    sentMessages: sums?.out.messages ?? 0,
    sentBytes: sums?.out.bytes ?? 0,
  };
}

function passingText(of: Passing): string {
  const { receivedMessages, receivedBytes, sentMessages, sentBytes } = of;
  return (
    `shown: received ${counted(receivedBytes, 'byte')} in ${counted(receivedMessages, 'message')}, ` +
    `sent ${counted(sentBytes, 'byte')} in ${sentMessages}`
  );
}

function partsText({ kept, missingParts = 0, ...letGo }: CaptureParts): string {
  const { letGoParts, letGoRows, letGoBytes } = letGo;
  return [
    `${counted(kept, 'file')} as one`,
    ...(missingParts > 0 ? [`${missingParts} PARTS MISSING`] : []),
    ...(letGoParts > 0
      ? [
          `${counted(letGoParts, 'part')} let go on purpose (${counted(letGoRows, 'row')}, ${counted(letGoBytes, 'byte')})`,
        ]
      : []),
  ].join(', ');
}

function flowFields({ socket, local, remote, place, pair, ...counts }: FoundFlow) {
  const ends = place
    ? { place: place.address, peer: place.peer }
    : { local: endpointText(local), remote: endpointText(remote) };
  const paired = pair ? { pair: { ...pair, socket: String(pair.socket) } } : {};
  return { ...counts, socket: String(socket), ...ends, ...paired };
}

/** Of a relay's connection to its target: whose it is. */
function pairText({ pair }: FoundFlow, flows: readonly FoundFlow[]): string {
  const client = pair?.dialled === true ? flows.find(({ socket }) => socket === pair.socket) : null;
  return client ? `; relay for ${placeOrRemote(client)}` : '';
}

function placeOrRemote({ place, remote }: FoundFlow): string {
  return place ? placeName(place) : endpointText(remote);
}

function flowText({ protocol, local, remote, place, ...counts }: FoundFlow): string {
  const { receivedBytes, receivedChunks, sentBytes, sentChunks, reassembly } = counts;
  const ways = [
    `received ${counted(receivedBytes, 'byte')} in ${receivedChunks}, sent ${counted(sentBytes, 'byte')} in ${sentChunks}`,
    ...(reassembly ? [reassemblyText(reassembly)] : []),
  ].join('; ');
  if (place) return `${place.peer === null ? '' : `#${place.peer} of `}${place.address}: ${ways}`;
  return `${protocol} ${endpointText(local)} - ${endpointText(remote)}: ${ways}`;
}

/** What the network did to it; what it did not is left out. */
function reassemblyText(of: StreamFigures): string {
  const parts: [number, string][] = [
    [of.missingBytes, `${counted(of.missingBytes, 'byte')} missing in ${counted(of.gaps, 'gap')}`],
    [of.cutBytes, `${counted(of.cutBytes, 'byte')} cut off by the capture`],
    [
      of.retransmittedSegments,
      `${counted(of.retransmittedSegments, 'segment')} retransmitted (${counted(of.retransmittedBytes, 'byte')})`,
    ],
    [of.outOfOrderSegments, `${of.outOfOrderSegments} out of order`],
    [of.lateBytes, `${counted(of.lateBytes, 'byte')} too late for a place`],
    [of.keepAlives, counted(of.keepAlives, 'keep-alive probe')],
  ];
  const jumps =
    of.gaps > 0 && of.missingBytes === 0 ? [`${counted(of.gaps, 'jump')} of the numbers`] : [];
  return [...parts.flatMap(([count, text]) => (count > 0 ? [text] : [])), ...jumps].join(', ');
}
