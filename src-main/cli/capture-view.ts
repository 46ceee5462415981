import type { Definition } from '../../src-shared/contract/definition';
import type { SocketError } from '../../src-shared/contract/socket';
import type { Statistics, StatisticsOptions } from '../../src-shared/contract/statistics';
import type { ViewShape } from '../../src-shared/contract/view-shape';
import type { Charset } from '../../src-shared/encoding/charset';
import type { OpenedCapture } from '../engine/capture/reading/capture-file';
import { matchesOf } from '../engine/command-handler';
import { WiresharkEngine } from '../engine/dissect/dissector';
import type { RowView } from '../engine/types';
import { charsetOf } from './encoding';
import type { CaptureFiles } from './capture-files';
import type { ExitCode } from './exit';
import { CliError, EXIT } from './exit';
import { openCapture, tellDamage } from './open-capture';
import { asking } from './row-dissector';

/** What is looked at while it is being read: the view itself, a search, sums. */
interface Looking {
  readonly scanning?: NonNullable<RowView['scanning']>;
  refresh?(): void;
}

interface Opened {
  capture: OpenedCapture;
  view: RowView;
  charset: Charset;
  wireshark: WiresharkEngine;
}

/** A capture and what is shown of it, while both are still being read. */
export class CaptureView {
  readonly capture: OpenedCapture;
  readonly view: RowView;
  readonly charset: Charset;
  readonly wireshark: WiresharkEngine;
  readonly #files: CaptureFiles;
  readonly #changed: Changed;

  private constructor(files: CaptureFiles, opened: Opened, changed: Changed) {
    this.#files = files;
    this.capture = opened.capture;
    this.view = opened.view;
    this.charset = opened.charset;
    this.wireshark = opened.wireshark;
    this.#changed = changed;
  }

  /** Rejects with the `CliError` that says why it cannot. */
  static async open(files: CaptureFiles, shape: ViewShape): Promise<CaptureView> {
    const changed = new Changed();
    const { onChange } = changed;
    const charset = await charsetOf(shape);
    const capture = openCapture(files, onChange);
    // A mark may belong to a row that is known only when all are.
    if (capture.marks.size > 0) await capture.done;
    const wireshark = new WiresharkEngine();
    const matches = asking(() => matchesOf({ wireshark }, capture, shape));
    const view = capture.view(null, { shape, charset, ...matches, onChange });
    return new CaptureView(files, { capture, view, charset, wireshark }, changed);
  }

  /** For what is started on the view: it tells that there is more. */
  get onChange(): () => void {
    return this.#changed.onChange;
  }

  /** All of the capture was read, and each of these has seen all of it; or one has given up. */
  isWhole(...looking: readonly Looking[]): boolean {
    const { progress, rows } = this.capture.state;
    const all = [this.view, ...looking];
    if (all.some(({ scanning }) => scanning?.problem)) return true;
    if (progress !== null) return false;
    return all.every(({ scanning: of }) => !of || (of.done && of.scannedRows >= rows));
  }

  /** Hands on what was read since, and resolves when there is more of it. */
  async more(...looking: readonly Looking[]): Promise<void> {
    const woken = this.#changed.next();
    for (const one of [this.view, ...looking]) one.refresh?.();
    await woken;
  }

  /** Resolves when all of it is there. Rejects with the `CliError` of a view that was given up. */
  async whole(): Promise<void> {
    while (!this.isWhole()) await this.more();
    this.check();
  }

  /** All messages of the view added up. Rejects with the `CliError` that says why it was given up. */
  async sums(
    options: StatisticsOptions,
    definitions: readonly Definition[] = [],
  ): Promise<Statistics | null> {
    const running = this.view.statistics({ options, definitions, onChange: this.onChange });
    while (!this.isWhole(running)) await this.more(running);
    const { latest } = running;
    running.close();
    this.check(running);
    return latest;
  }

  /** Throws the `CliError` that says why one of these was given up, if so. */
  check(...looking: readonly Looking[]): void {
    for (const { scanning } of [this.view, ...looking])
      if (scanning?.problem) throw gaveUp(scanning.problem);
  }

  close(): void {
    this.view.close?.();
    this.wireshark.close();
    this.capture.close();
  }

  /** Says what is wrong with the file, if anything. */
  ended(): ExitCode {
    return tellDamage(this.capture.state.damage, this.#files);
  }
}

/** Lets one wait for what changes next. */
class Changed {
  #wake: () => void = () => undefined;
  readonly onChange = (): void => {
    this.#wake();
  };

  next(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}

/** Wireshark tells what is wrong with its filters in words of its own. */
function gaveUp({ code, message }: SocketError): CliError {
  if (code !== 'ERR_BAD_DISPLAY_FILTER') return new CliError(EXIT.usage, message);
  return new CliError(EXIT.usage, `Wireshark does not take the display filter: ${message}`, [
    '--display-filter is in its language, such as "tcp.analysis.flags"; --filter is in ours.',
  ]);
}
