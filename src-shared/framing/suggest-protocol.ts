import type { FramingSuggestion } from '../contract/highlight';
import { unprivilegedPort } from '../protocols/preset';
import { PRESETS } from '../protocols/presets';
import type { FrameRole } from './frame';
import { Framer } from './framer';
import { parseFraming } from './framing';
import type { Direction } from './frame';
import type { SampledStream } from './sampled-stream';

/** What a protocol begins with, wherever it is spoken. */
const BEGINNINGS: readonly { framing: string; begins: (bytes: Uint8Array) => boolean }[] = [
  { framing: 'proto:http', begins: (bytes) => HTTP.test(textOf(bytes)) },
  { framing: 'proto:mqtt', begins: isConnect },
];

const HTTP =
  /^(?:(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|CONNECT|TRACE) \S+ HTTP\/1\.|HTTP\/1\.\d \d{3})/;

/** CONNECT: its type, its length in one to four bytes, then its name (MQTT 5.0, 3.1). */
function isConnect(bytes: Uint8Array): boolean {
  return bytes[0] === 0x10 && /^.{2,5}(?:.MQTT|.MQIsdp)/s.test(textOf(bytes.subarray(1)));
}

/** Frames of these say that it is another protocol. */
const FOREIGN: ReadonlySet<FrameRole> = new Set(['opaque', 'bad-length', 'outside']);

const NONE = new Uint8Array(0);
const LEAST_FRAMES = 2;
const SHARE = 0.9;

/** So much of a stream is read to see what it begins with. */
const BEGINNING_BYTES = 256;

/** The protocol that is usual on the port or that the stream begins like, when its frames are as it says. */
export function suggestProtocol(
  streams: readonly SampledStream[],
  port: number | null,
): FramingSuggestion | null {
  const usual = PRESETS.filter(
    (preset) => port !== null && (preset.port === port || unprivilegedPort(preset.port) === port),
  ).map(({ framing }) => framing);
  const begun = BEGINNINGS.filter(({ begins }) =>
    streams.some(({ chunks }) => begins(chunks[0]?.bytes ?? NONE)),
  );
  for (const framing of [...begun.map((one) => one.framing), ...usual]) {
    const counted = framing.startsWith('proto:') ? framesOf(streams, framing) : null;
    if (counted && counted.of >= LEAST_FRAMES && counted.held >= counted.of * SHARE)
      return { framing, evidence: { kind: 'proto', ...counted } };
  }
  return null;
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, BEGINNING_BYTES));
}

/** Read by that framing, whoever of the two is the client: the better of both. */
function framesOf(
  streams: readonly SampledStream[],
  text: string,
): { held: number; of: number } | null {
  const parsed = parseFraming(text);
  if (!parsed.ok) return null;
  const read = (client: Direction) => {
    let held = 0;
    let of = 0;
    for (const { chunks } of streams) {
      const framer = new Framer(parsed.framing, { client });
      for (const { direction, bytes } of chunks)
        for (const { role } of framer.push(direction, bytes, 0)) {
          of++;
          if (!FOREIGN.has(role)) held++;
        }
    }
    return { held, of };
  };
  const [first, second] = [read('out'), read('in')];
  return second.held * first.of > first.held * second.of ? second : first;
}
