import type { Definition, Proto } from '../../src-shared/contract/definition';
import type { DecodeInput } from '../../src-shared/decode/decoded';
import type { DecodeChunk, DecodedMessage } from '../../src-shared/decode/look-back';
import type { Words } from '../../src-shared/decode/words';
import type { ClientDirection } from '../../src-shared/framing/frame';

/** What is to be decoded: a frame, or the last of some chunks with those before it. */
export type DecodeSubject =
  | { kind: 'frame'; input: DecodeInput }
  | {
      kind: 'last';
      chunks: readonly DecodeChunk[];
      client: ClientDirection;
      /** Each chunk is a whole one. */
      datagrams: boolean;
    };

export interface DecodeJob {
  /** The decoder, as it is chosen. */
  choice: string;
  /** One that is being written, instead of that of its name. */
  draft?: Definition;
  subject: DecodeSubject;
}

export type DecodeAnswer =
  { ok: true; messages: readonly DecodedMessage[] } | { ok: false; message: string };

/** Which messages some `.proto` files have, or what is wrong with them. */
export type ProtoAnswer =
  { ok: true; messages: readonly string[] } | { ok: false; message: string };

/** To the worker. */
export type DecodeRequest =
  /** From now on: before anything is asked, and when it changes. */
  | { kind: 'setup'; definitions: readonly Definition[]; words: Words }
  | { kind: 'decode'; id: number; job: DecodeJob }
  | { kind: 'proto'; id: number; files: Proto['files'] };

/** From the worker, in the order in which it was asked. */
export type DecodeReply =
  | { kind: 'ready' }
  | { kind: 'decoded'; id: number; answer: DecodeAnswer }
  | { kind: 'proto'; id: number; answer: ProtoAnswer };
