import type { Definition } from '../../src-shared/contract/definition';
import { Decoders } from '../../src-shared/decode/decoders';
import type { Decoder } from '../../src-shared/decode/decoders';
import type { DecodedMessage } from '../../src-shared/decode/look-back';
import { decodeLast } from '../../src-shared/decode/look-back';
import { speak } from '../../src-shared/decode/words';
import type {
  DecodeAnswer,
  DecodeJob,
  DecodeReply,
  DecodeRequest,
  DecodeSubject,
  ProtoAnswer,
} from './decode-messages';

/** What the page's worker does: answers one question after the other, in their order. */
export class DecodeAnswerer {
  readonly #reply: (reply: DecodeReply) => void;
  #decoders = Decoders.of([]);
  /** Of the definition that is being written, as long as it stays the same. */
  #draft: { definition: Definition; decoders: Promise<Decoders> } | null = null;
  #before: Promise<void> = Promise.resolve();

  constructor(reply: (reply: DecodeReply) => void) {
    this.#reply = reply;
  }

  take(request: DecodeRequest): void {
    this.#before = this.#before.then(() => this.#answer(request));
  }

  async #answer(request: DecodeRequest): Promise<void> {
    switch (request.kind) {
      case 'setup':
        speak(request.words);
        this.#decoders = Decoders.of(request.definitions);
        return;
      case 'decode': {
        const { id, job } = request;
        this.#reply({ kind: 'decoded', id, answer: await this.#decoded(job) });
        return;
      }
      case 'proto': {
        const { id, files } = request;
        this.#reply({ kind: 'proto', id, answer: await messagesOf(files) });
        return;
      }
      default:
        request satisfies never;
    }
  }

  async #decoded({ choice, draft, subject }: DecodeJob): Promise<DecodeAnswer> {
    try {
      const decoders = await (draft ? this.#ofDraft(draft) : this.#decoders);
      const decoder = draft ? decoders.named(draft.name) : decoders.find(choice);
      if ('problem' in decoder) return { ok: false, message: decoder.problem };
      return { ok: true, messages: said(decoder, subject) };
    } catch (thrown) {
      return { ok: false, message: String(thrown) };
    }
  }

  #ofDraft(definition: Definition): Promise<Decoders> {
    if (JSON.stringify(this.#draft?.definition) !== JSON.stringify(definition))
      this.#draft = { definition, decoders: Decoders.of([definition]) };
    return this.#draft?.decoders ?? this.#decoders;
  }
}

function said(decoder: Decoder, subject: DecodeSubject): readonly DecodedMessage[] {
  if (subject.kind === 'last') {
    const { chunks, client, datagrams } = subject;
    return decodeLast(decoder, client, chunks, datagrams);
  }
  const { input } = subject;
  const { label, fields } = decoder.decode(input);
  const incomplete = input.incomplete === true;
  return [{ label, fields, from: 0, to: input.bytes.length, incomplete }];
}

async function messagesOf(
  files: Extract<DecodeRequest, { kind: 'proto' }>['files'],
): Promise<ProtoAnswer> {
  const { readProto } = await import('../../src-shared/decode/definitions/proto-types');
  const read = readProto(files);
  if (read.ok) return { ok: true, messages: read.types.messages };
  const { file, line, message } = read.problem;
  return { ok: false, message: `${file}${line > 0 ? `, line ${line}` : ''}: ${message}` };
}
