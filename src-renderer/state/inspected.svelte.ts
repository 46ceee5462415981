import type { Mark, Row } from '../../src-shared/contract/row';
import { toProblem } from './command-error';
import type { DecoderChoice } from '../format/decoder-choice';
import type { Decoding } from './decoding.svelte';
import type { Commands } from './engine-client';
import { Dissected } from './dissected.svelte';
import { LookBack } from './look-back.svelte';
import { plainText } from '../../src-shared/payload/plain-text';
import type { Problem } from '../../src-shared/refusal/refusal';
import { RowLabels, type RowOrigin } from './row-labels.svelte';

/** The whole of one row: its bytes are asked for when the preview does not hold them all. */
export class Inspected {
  row = $state.raw<Row | null>(null);
  /** Of the row, which may be marked while it is shown. */
  mark = $state.raw<Mark | null>(null);
  /** Null while they are on their way, or when they could not be had (`problem`). */
  bytes = $state.raw<Uint8Array | null>(null);
  /** The answer was cut at the limit of one answer. */
  truncated = $state.raw(false);
  problem = $state.raw<Problem | null>(null);
  /** Selected bytes, `from` up to but not including `end`; null: none. */
  selection = $state.raw<{ from: number; end: number } | null>(null);
  decoder = $state.raw<DecoderChoice>('none');
  /** What is decoded as until something is chosen; asked when a row is shown. */
  usualDecoder: () => DecoderChoice = () => 'none';
  /** For the decoder: what was before the row. */
  readonly before: LookBack;
  /** What Wireshark says of the row. */
  readonly dissected: Dissected;
  readonly #engine: Commands;
  readonly #view: string;
  #loading = false;
  #chosen = $state.raw(false);

  /** Where it is decoded; null: nowhere, as in a test of something else. */
  decoding: Decoding | null = null;
  /** What the rows of its log say. */
  labels: RowLabels | null = null;
  #origin: RowOrigin | null = null;

  constructor(engine: Commands, view: string) {
    this.#engine = engine;
    this.#view = view;
    this.before = new LookBack(engine, view);
    this.dissected = new Dissected(engine, view);
  }

  /** Decodes from now on. */
  decodeWith(decoding: Decoding, origin: RowOrigin): void {
    this.decoding = decoding;
    this.#origin = origin;
    this.labels = new RowLabels({ decoding, origin, engine: this.#engine, view: this.#view });
  }

  /** What the rows of its log are told as; null: they are no messages, or nothing is chosen. */
  told(framing: string | null): DecoderChoice | null {
    const choice = this.#chosen ? this.decoder : this.usualDecoder();
    const messages = framing !== null || this.#origin?.messages() === true;
    return choice === 'none' || !messages || this.labels === null ? null : choice;
  }

  /** A row that is a whole message though nothing frames it. */
  ofDatagrams({ socket }: Row): boolean {
    return this.#origin?.datagrams(socket) ?? false;
  }

  /** The connection of a row, where its peer alone does not tell. */
  connectionOf({ socket, peer }: Row): string | null {
    const name = this.#origin?.connection(socket) ?? null;
    return name === plainText(peer) ? null : name;
  }

  decodeAs(decoder: DecoderChoice): void {
    this.#chosen = true;
    this.decoder = decoder;
    this.before.show(decoder === 'none' ? null : this.row);
  }

  /** Rows came anew: this one may be among them. */
  came(rows: readonly Row[]): void {
    const same = rows.find(({ index }) => index === this.row?.index);
    if (same !== undefined) this.mark = same.mark ?? null;
  }

  show(row: Row | null): void {
    if (row !== null && this.row?.index === row.index && this.problem === null) return;
    this.row = row;
    this.mark = row?.mark ?? null;
    if (!this.#chosen) this.decoder = this.usualDecoder();
    this.before.show(this.decoder === 'none' ? null : row);
    this.dissected.show(row);
    this.selection = null;
    this.problem = null;
    this.truncated = false;
    this.bytes = row !== null && row.lengthBytes <= row.preview.byteLength ? row.preview : null;
    if (row !== null && this.bytes === null) void this.#load();
  }

  /** One at a time: someone moving fast through big rows would queue megabytes nobody looks at. */
  async #load(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    while (this.row !== null && this.bytes === null && this.problem === null) {
      const row = this.row;
      try {
        const params = { view: this.#view, indexes: [row.index] };
        const { chunks, truncated } = await this.#engine.command('rowBytes', params);
        if (this.row !== row) continue;
        this.truncated = truncated;
        this.bytes = chunks[0] ?? new Uint8Array();
      } catch (thrown) {
        if (this.row === row) this.problem = toProblem(thrown);
      }
    }
    this.#loading = false;
  }
}
