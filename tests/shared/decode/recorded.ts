import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from '../../../src-shared/decode/decode';
import type { Decoded, DecodeInput } from '../../../src-shared/decode/decoded';
import type { DecoderName } from '../../../src-shared/decode/names';
import type { Frame } from '../../../src-shared/framing/framer';
import { Framer } from '../../../src-shared/framing/framer';

/** What real programs said to each other over one connection; `> 16030…` is what its client sent. */
export interface Recorded {
  decoder: DecoderName;
  /** Which programs, of Debian 12. */
  by: string;
  datagrams: boolean;
  chunks: `${'<' | '>'} ${string}`[];
}

const file = join(import.meta.dirname, 'recorded.json');

export const RECORDED = JSON.parse(readFileSync(file, 'utf8')) as Recorded[];

export interface RecordedMessage {
  frame: Frame;
  input: DecodeInput;
  decoded: Decoded;
}

/** Its messages as its protocol's own framing cuts them; `out` is what the client sent. */
export function messagesOf({ decoder, datagrams, chunks }: Recorded): RecordedMessage[] {
  const framing = { kind: 'proto', name: decoder } as const;
  const framer = new Framer(framing, { client: 'out', datagrams });
  const frames = chunks.flatMap((chunk) => {
    const direction = chunk.startsWith('>') ? 'out' : 'in';
    const cut = framer.push(direction, new Uint8Array(Buffer.from(chunk.slice(2), 'hex')), 0);
    return datagrams ? [...cut, ...framer.end(direction)] : cut;
  });
  return [...frames, ...framer.end('out'), ...framer.end('in')].map((frame) => {
    const input: DecodeInput = { ...frame, side: frame.direction === 'out' ? 'client' : 'server' };
    return { frame, input, decoded: decode(decoder, input) };
  });
}
