import type { Row } from '../../src-shared/contract/row';
import type { SocketId } from '../../src-shared/contract/socket';
import type { ClientDirection } from '../../src-shared/framing/frame';
import type { DecodeSubject } from './decode-messages';
import type { Decoding } from './decoding.svelte';
import type { Commands } from './engine-client';

/** A longer row is told in the inspector only; more would take longer than a look at the log. */
const MAX_BYTES = 256 * 1024;

/** Of longer rows, so many bytes are asked for at once. */
const MAX_ASKED_BYTES = 4 * 1024 * 1024;

/** What the log knows of its sockets. */
export interface RowOrigin {
  /** Which direction of the row's connection asks. */
  client: (socket: SocketId) => ClientDirection;
  datagrams: (socket: SocketId) => boolean;
  /** Both ends of the row's connection, where the log shows several; null: it has no other. */
  connection: (socket: SocketId) => string | null;
  /** There are datagrams in the log: rows of it are whole messages though nothing frames them. */
  messages: () => boolean;
}

/** What a row says: words of a decoder, or why there are none. */
export type RowLabel = { text: string } | { problem: 'too-slow' | 'too-long' | 'failed' };

/** What the rows in sight say, found beside the page; rows never wait for it. */
export class RowLabels {
  /** Counts labels that came. */
  version = $state.raw(0);
  readonly #decoding: Decoding;
  readonly #origin: RowOrigin;
  readonly #engine: Commands;
  readonly #view: string;
  #labels = new WeakMap<Row, RowLabel>();
  #asked = new WeakSet<Row>();
  #wanted: Row[] = [];
  #busy = false;
  /** What the labels here are of. */
  #of = '';
  #choice = 'none';

  constructor(parts: { decoding: Decoding; origin: RowOrigin; engine: Commands; view: string }) {
    this.#decoding = parts.decoding;
    this.#origin = parts.origin;
    this.#engine = parts.engine;
    this.#view = parts.view;
  }

  of(row: Row): RowLabel | null {
    return this.#labels.get(row) ?? null;
  }

  /** The rows in sight. Asks for what they say, as far as it is not known. */
  look(rows: readonly Row[], choice: string): void {
    const of = `${this.#decoding.version} ${choice}`;
    if (of !== this.#of) {
      this.#of = of;
      this.#choice = choice;
      this.#labels = new WeakMap();
      this.#asked = new WeakSet();
    }
    this.#wanted = rows.filter((row) => this.#isMessage(row) && !this.#asked.has(row));
    void this.#run();
  }

  #isMessage({ direction, frame, socket, lengthBytes }: Row): boolean {
    if ((direction !== 'in' && direction !== 'out') || lengthBytes === 0) return false;
    return frame !== undefined || this.#origin.datagrams(socket);
  }

  /** One batch after the other: what has gone out of sight meanwhile is not asked for any more. */
  async #run(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#wanted.length > 0) {
      const rows = this.#wanted;
      this.#wanted = [];
      // Those of a decoder that is chosen no more are kept apart, and forgotten with it.
      const labels = this.#labels;
      const choice = this.#choice;
      for (const row of rows) this.#asked.add(row);
      const whole = await this.#bytesOf(rows);
      const asked = rows.map((row, n) => this.#label(row, whole[n] ?? null, choice));
      for (const [n, label] of (await Promise.all(asked)).entries()) {
        const row = rows[n];
        if (row && label) labels.set(row, label);
        else if (row) this.#asked.delete(row);
      }
      this.version++;
    }
    this.#busy = false;
  }

  /** Null: its bytes are still to be asked for. */
  async #label(row: Row, bytes: Uint8Array | null, choice: string): Promise<RowLabel | null> {
    if (bytes === null) return row.lengthBytes > MAX_BYTES ? { problem: 'too-long' } : null;
    const result = await this.#decoding.decode({ choice, subject: this.#subject(row, bytes) });
    if (result.ok) return { text: result.messages.map(({ label }) => label).join(' · ') };
    return { problem: 'tooSlow' in result ? 'too-slow' : 'failed' };
  }

  #subject({ frame, direction, socket }: Row, bytes: Uint8Array): DecodeSubject {
    if (frame) {
      const { role, part, side, incomplete } = frame;
      return { kind: 'frame', input: { role, part, side, incomplete, bytes } };
    }
    const chunks = [{ direction: direction === 'out' ? ('out' as const) : ('in' as const), bytes }];
    return { kind: 'last', chunks, client: this.#origin.client(socket), datagrams: true };
  }

  /** Null for those that are too long, or that could not be had. */
  async #bytesOf(rows: readonly Row[]): Promise<(Uint8Array | null)[]> {
    const whole = rows.map(({ preview, lengthBytes }) =>
      lengthBytes <= preview.byteLength ? preview : null,
    );
    let left = MAX_ASKED_BYTES;
    const cut = rows.filter(({ lengthBytes }, n) => {
      if (whole[n] !== null || lengthBytes > MAX_BYTES || lengthBytes > left) return false;
      left -= lengthBytes;
      return true;
    });
    if (cut.length === 0) return whole;
    const indexes = cut.map(({ index }) => index);
    try {
      const { chunks } = await this.#engine.command('rowBytes', { view: this.#view, indexes });
      for (const [n, row] of cut.entries()) whole[rows.indexOf(row)] = chunks[n] ?? null;
    } catch {
      // The view may have changed meanwhile: its rows are looked at anew.
    }
    return whole;
  }
}
