import type { FramingSuggestion, SuggestedKind } from '../contract/highlight';
import { suggestLength } from './suggest-length';
import { suggestProtocol } from './suggest-protocol';
import type { SampledStream, Way } from './sampled-stream';

/** More would not be plain. */
const MAX_SUGGESTIONS = 4;

/** So many chunks or frames must agree, and this part of all there are. */
const LEAST = 3;
const SHARE = 0.9;

const LF = 0x0a;
const CR = 0x0d;

/**
 * Framings that the beginnings of some connections suggest, the plainest first, with what was counted;
 * none when nothing is plain. `port`: where its protocol is usual, or null.
 */
export function suggestFramings(
  streams: readonly SampledStream[],
  port: number | null,
): FramingSuggestion[] {
  const ways = streams.flatMap(waysOf);
  if (ways.length === 0) return [];
  const found = [
    suggestProtocol(streams, port),
    suggestLines(ways),
    suggestStartEnd(ways),
    suggestSlip(ways),
    suggestCobs(ways),
    suggestLength(ways),
    suggestFixed(ways),
  ];
  return found.filter((one) => one !== null).slice(0, MAX_SUGGESTIONS);
}

function suggestion(
  framing: string,
  kind: SuggestedKind,
  held: number,
  of: number,
): FramingSuggestion {
  return { framing, evidence: { kind, held, of } };
}

function waysOf({ chunks }: SampledStream): Way[] {
  return (['in', 'out'] as const)
    .map((direction) => joined(chunks.filter((chunk) => chunk.direction === direction)))
    .filter(({ bytes }) => bytes.length > 0);
}

function joined(chunks: SampledStream['chunks']): Way {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.bytes.length, 0));
  const ends: number[] = [];
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk.bytes, at);
    at += chunk.bytes.length;
    if (chunk.bytes.length > 0) ends.push(at);
  }
  return { bytes, ends };
}

function chunksOf(ways: readonly Way[]): number {
  return ways.reduce((sum, { ends }) => sum + ends.length, 0);
}

/** Chunks that end where `isEnd` says so; `at` is one past the last byte. */
function endsOf(ways: readonly Way[], isEnd: (bytes: Uint8Array, at: number) => boolean): number {
  return ways.reduce(
    (sum, { bytes, ends }) => sum + ends.filter((at) => isEnd(bytes, at)).length,
    0,
  );
}

function suggestLines(ways: readonly Way[]): FramingSuggestion | null {
  let lines = 0;
  let crlf = 0;
  let odd = 0;
  for (const { bytes } of ways)
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === LF) {
        lines++;
        if (bytes[at - 1] === CR) crlf++;
      } else if ((byte < 0x20 && byte !== CR && byte !== 0x09 && byte !== 0x1b) || byte === 0x7f)
        odd++;
    }
  // Of binary data some byte is a line end too.
  if (lines < LEAST || odd > 0) return null;
  const whole = crlf === lines;
  const chunks = chunksOf(ways);
  const held = endsOf(ways, (bytes, at) => bytes[at - 1] === LF);
  const framing = whole ? 'delim:0d0a' : 'line';
  if (chunks >= LEAST && held >= chunks * SHARE)
    return suggestion(framing, whole ? 'crlf' : 'lf', held, chunks);
  const total = ways.reduce((sum, { bytes }) => sum + bytes.length, 0);
  // A long text that was cut anywhere: its lines are as long as lines are.
  if (lines < 4 * LEAST || total > lines * 512) return null;
  return suggestion(framing, whole ? 'text-crlf' : 'text-lf', whole ? crlf : lines, lines);
}

/** What stands between two marks, or to the end: of every way, in order. */
function framesUntil(ways: readonly Way[], end: number): Uint8Array[] {
  return ways.flatMap(({ bytes }) => {
    const frames: Uint8Array[] = [];
    let start = 0;
    for (let at = bytes.indexOf(end); at !== -1; at = bytes.indexOf(end, start)) {
      frames.push(bytes.subarray(start, at));
      start = at + 1;
    }
    return frames;
  });
}

const SLIP_END = 0xc0;
const SLIP_ESC = 0xdb;

function suggestSlip(ways: readonly Way[]): FramingSuggestion | null {
  const frames = framesUntil(ways, SLIP_END).filter(({ length }) => length > 0);
  const held = endsOf(ways, (bytes, at) => bytes[at - 1] === SLIP_END);
  const escaped = frames.every((frame) =>
    frame.every((byte, at) => byte !== SLIP_ESC || isEscaped(frame[at + 1])),
  );
  if (frames.length < LEAST || !escaped || held < chunksOf(ways) * SHARE) return null;
  return suggestion('slip', 'slip', held, chunksOf(ways));
}

function isEscaped(byte: number | undefined): boolean {
  return byte === 0xdc || byte === 0xdd;
}

function suggestCobs(ways: readonly Way[]): FramingSuggestion | null {
  const frames = framesUntil(ways, 0);
  const held = endsOf(ways, (bytes, at) => bytes[at - 1] === 0);
  const long = frames.filter(({ length }) => length >= 3).length;
  if (frames.length < LEAST || long < frames.length * SHARE || !frames.every(isCobs)) return null;
  return held < chunksOf(ways) * SHARE ? null : suggestion('cobs', 'cobs', held, chunksOf(ways));
}

/** Each code byte leads to the next, and the last one to the end. */
function isCobs(frame: Uint8Array): boolean {
  let at = 0;
  while (at < frame.length) at += frame[at] ?? 1;
  return frame.length > 0 && at === frame.length;
}

const STX = 0x02;
const ETX = 0x03;

function suggestStartEnd(ways: readonly Way[]): FramingSuggestion | null {
  let frames = 0;
  for (const { bytes } of ways) {
    if (bytes[0] !== STX) return null;
    for (let at = bytes.indexOf(ETX); at !== -1; at = bytes.indexOf(ETX, at + 1)) {
      if (at + 1 < bytes.length && bytes[at + 1] !== STX) return null;
      frames++;
    }
  }
  const held = endsOf(ways, (bytes, at) => bytes[at - 1] === ETX);
  if (frames < LEAST || held < chunksOf(ways) * SHARE) return null;
  return suggestion('startend:02..03', 'startend', held, chunksOf(ways));
}

/** Smaller ones are no messages. */
const LEAST_FIXED_BYTES = 4;

function suggestFixed(ways: readonly Way[]): FramingSuggestion | null {
  const counts = new Map<number, number>();
  for (const { ends } of ways)
    ends.forEach((end, n) => {
      const length = end - (ends[n - 1] ?? 0);
      counts.set(length, (counts.get(length) ?? 0) + 1);
    });
  const chunks = chunksOf(ways);
  const [size = 0, times = 0] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  // Where every chunk is one already there is nothing to gain.
  if (size < LEAST_FIXED_BYTES || times === chunks || times < LEAST || times * 2 < chunks)
    return null;
  const held = endsOf(ways, (_bytes, at) => at % size === 0);
  if (held < chunks * SHARE) return null;
  return suggestion(`fixed:${size}`, 'fixed', held, chunks);
}
