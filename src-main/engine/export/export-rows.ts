import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { ExportFormat } from '../../../src-shared/contract/export-formats';
import type { Row } from '../../../src-shared/contract/row';
import type { SocketId } from '../../../src-shared/contract/socket';
import type { ViewShape } from '../../../src-shared/contract/view-shape';
import type { Charset } from '../../../src-shared/encoding/charset';
import { loadCharset } from '../../../src-shared/encoding/load';
import type { Decoder } from '../../../src-shared/decode/decoders';
import { CommandError } from '../command-error';
import type { PacketMatches, RowView, Session } from '../types';
import { ExportFile } from './export-file';
import { rowFormat } from './format';
import type { RowFormat } from './row-format';
import { RowSupply } from './row-supply';
import type { Span } from './row-supply';

/** How long sockets may wait for their turn. */
const SLICE_MS = 8;

/** How often it is looked whether more rows were found. */
const LOOK_MS = 20;

export interface ExportOptions {
  /** Null or the root: all rows. */
  socket: SocketId | null;
  /** Understood already. */
  shape: ViewShape | null;
  /** Of the view of that shape; null: all. Ascending. */
  rows: readonly Span[] | null;
  format: ExportFormat;
  decoder: Decoder | null;
  /** Of the display filter of the shape. */
  matches?: PacketMatches;
  path: string;
  /** False: it must not exist. */
  overwrite: boolean;
  /** The bundle of the thread that looks for rows, where it is not beside this one. */
  thread?: URL;
}

export interface ExportProgress {
  rows: number;
  bytes: number;
  /** From 0 to 1. */
  part: number;
}

/**
 * Writes rows of a capture to a file: those there are now, or all of a file that is still being read.
 * Rejects with ERR_NOT_POSSIBLE, the abort reason or Node's error (ENOSPC, EEXIST …), and then leaves
 * no file behind.
 */
export async function exportRows(
  session: Session,
  options: ExportOptions,
  signal: AbortSignal,
  onProgress: (progress: ExportProgress) => void = () => undefined,
): Promise<ExportProgress> {
  // Wireshark was asked about the rows until now: those that come meanwhile are not waited for.
  const { rows: until } = session.state;
  const charset = await loadCharset(options.shape?.encoding ?? 'utf-8');
  const view = openView(session, options, charset);
  // Opened anew for each row, a capture that is closed would take many times as long.
  const release = view.hold?.();
  try {
    const format = rowFormat(options.format, view, options.decoder, charset);
    const file = await ExportFile.open(options.path, session.files, options.overwrite);
    try {
      const supply = new RowSupply(session, view, { rows: options.rows, until });
      const writing = new Writing(file, format, supply, view, signal, onProgress);
      await writing.run();
      signal.throwIfAborted();
      await file.finish();
      return { rows: writing.rows, bytes: file.bytes, part: 1 };
    } catch (thrown) {
      await file.discard();
      // A wait that was cut short says so in its own words.
      throw signal.aborted ? signal.reason : thrown;
    }
  } finally {
    release?.();
    view.close?.();
  }
}

function openView(
  session: Session,
  { shape, socket, thread, matches }: ExportOptions,
  charset: Charset,
): RowView {
  if (!shape) return session.view(socket);
  const asked = matches ? { matches } : {};
  const options = { shape, charset, ...asked, onChange: () => undefined };
  return session.view(socket, thread === undefined ? options : { ...options, thread });
}

class Writing {
  readonly #file: ExportFile;
  readonly #format: RowFormat;
  readonly #supply: RowSupply;
  readonly #view: RowView;
  readonly #signal: AbortSignal;
  readonly #onProgress: (progress: ExportProgress) => void;
  #until = 0;
  /** Rows that have a place in the file. */
  rows = 0;

  constructor(
    file: ExportFile,
    format: RowFormat,
    supply: RowSupply,
    view: RowView,
    signal: AbortSignal,
    onProgress: (progress: ExportProgress) => void,
  ) {
    this.#file = file;
    this.#format = format;
    this.#supply = supply;
    this.#view = view;
    this.#signal = signal;
    this.#onProgress = onProgress;
  }

  async run(): Promise<void> {
    this.#until = performance.now() + SLICE_MS;
    for (const piece of this.#format.begin()) this.#file.put(piece);
    for (;;) {
      const rows = this.#supply.next();
      if (rows === 'end') break;
      if (rows.length === 0) {
        await this.#rest();
        await wait(LOOK_MS, undefined, { signal: this.#signal });
      }
      // A wait for each row, even for nothing, would take as long as writing most of them.
      for (const row of rows) for (const isDue of this.#steps(row)) if (isDue) await this.#rest();
    }
    for (const piece of this.#format.end()) this.#file.put(piece);
  }

  /** Puts what the row is in the file, piece by piece; true: it is time to let others have their turn. */
  *#steps(row: Row): Generator<boolean> {
    if (row.note?.error?.code === 'ERR_CAPTURE_CHANGED') throw new CommandError(row.note.error);
    const whole = () =>
      row.lengthBytes > row.preview.byteLength ? this.#view.bytes(row.index) : row.preview;
    let found = false;
    for (const piece of this.#format.row(row, whole)) {
      found = true;
      this.#file.put(piece);
      yield this.#isDue;
    }
    if (found) this.rows++;
    else yield this.#isDue;
  }

  get #isDue(): boolean {
    return this.#file.isFull || performance.now() >= this.#until;
  }

  /** Writes what is due, and lets others have their turn. */
  async #rest(): Promise<void> {
    if (this.#file.isFull) await this.#file.flush();
    await turn();
    this.#signal.throwIfAborted();
    this.#onProgress({ rows: this.rows, bytes: this.#file.bytes, part: this.#supply.part });
    this.#until = performance.now() + SLICE_MS;
  }
}
