import type { Definition, Layout, Proto } from '../contract/definition';
import { choiceOf } from '../contract/definition-words';
import type { Charset } from '../encoding/charset';
import { loadCharset } from '../encoding/load';
import type { EncodingName } from '../encoding/names';
import { encodingName } from '../encoding/names';
import type { Framing } from '../framing/framing';
import { decode } from './decode';
import type { Decoded, DecodeInput } from './decoded';
import { layoutDecoder } from './definitions/layout';
import { encodingsIn } from './definitions/layout-text';
import { decoderName } from './names';

/** One way of reading frames. */
export interface Decoder {
  /** As it is chosen: `modbus`, `layout:pump`, `proto:pump`. */
  readonly choice: string;
  /** That of its protocol; `none` where chunks and datagrams are taken as they come. */
  readonly framing: Framing;
  /** Total: see `decode`. */
  decode(input: DecodeInput): Decoded;
}

/** Why a decoder of that name cannot be had, in English. */
export interface NoDecoder {
  problem: string;
}

/** The built-in decoders and those that definitions describe. */
export class Decoders {
  readonly #described = new Map<string, Decoder | NoDecoder>();
  /** Of definitions of Protobuf: any of their messages. */
  readonly #messages: ((name: string) => Decoder | null)[] = [];

  /** Loads what these definitions need: tables of encodings, the parser of `.proto` files. Never rejects. */
  static async of(definitions: readonly Definition[]): Promise<Decoders> {
    const all = new Decoders();
    for (const definition of definitions) {
      const choice = choiceOf(definition);
      const made = definition.kind === 'layout' ? ofLayout(definition) : all.#ofProto(definition);
      const decoder = await made.catch((thrown: unknown) => ({ problem: String(thrown) }));
      // Two may have one name, in files given on a command line: the first is meant.
      if (!all.#described.has(choice)) all.#described.set(choice, decoder);
    }
    return all;
  }

  /** By what was chosen. */
  find(choice: string): Decoder | NoDecoder {
    const name = decoderName(choice);
    if (name)
      return { choice, framing: { kind: 'proto', name }, decode: (input) => decode(name, input) };
    const described = this.#described.get(choice);
    return described ?? this.#message(choice) ?? { problem: `There is no decoder “${choice}”` };
  }

  /** By its name in a filter, where layouts and messages stand without their kind. */
  named(name: string): Decoder | NoDecoder {
    const found = this.find(name);
    if (!('problem' in found)) return found;
    const layout = this.#described.get(`layout:${name}`);
    return layout ?? this.#described.get(`proto:${name}`) ?? found;
  }

  /** `proto:package.Message`, of whichever definition has it; or why one of them cannot be read. */
  #message(choice: string): Decoder | NoDecoder | null {
    if (!choice.startsWith('proto:')) return null;
    for (const find of this.#messages) {
      const decoder = find(choice.slice('proto:'.length));
      if (decoder) return decoder;
    }
    const protos = [...this.#described].filter(([of]) => of.startsWith('proto:'));
    return protos.find(([, found]) => 'problem' in found)?.[1] ?? null;
  }

  /** The parser is big, and few need it. */
  async #ofProto(proto: Proto): Promise<Decoder | NoDecoder> {
    const [{ readProto }, { protoDecoder }] = await Promise.all([
      import('./definitions/proto-types'),
      import('./definitions/proto-message'),
    ]);
    const read = readProto(proto.files);
    if (!read.ok) {
      const { file, line, message } = read.problem;
      return { problem: `${file}${line > 0 ? `, line ${line}` : ''}: ${message}` };
    }
    const { types } = read;
    const framing = { kind: 'none' } as const;
    const find = (name: string, choice: string) => {
      const type = types.find(name);
      return type && { choice, framing, decode: protoDecoder(type) };
    };
    this.#messages.push((name) => find(name, `proto:${name}`));
    const wanted = proto.message === '' ? (types.messages[0] ?? '') : proto.message;
    const made = find(wanted, choiceOf(proto));
    return made ?? { problem: `There is no message “${proto.message}” in “${proto.name}”` };
  }
}

async function ofLayout(layout: Layout): Promise<Decoder> {
  const charsets = new Map<EncodingName, Charset>();
  for (const text of encodingsIn(layout.fields)) {
    const name = encodingName(text);
    if (name) charsets.set(name, await loadCharset(name));
  }
  return {
    choice: choiceOf(layout),
    framing: { kind: 'none' },
    decode: layoutDecoder(layout, charsets),
  };
}
