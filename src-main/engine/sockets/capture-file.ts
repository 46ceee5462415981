import { realpathSync, statSync } from 'node:fs';
import { emptyLedger } from '../../../src-shared/contract/socket';
import type { SocketId, SocketInfo } from '../../../src-shared/contract/socket';
import { openCaptureFile } from '../capture/reading/capture-file';
import { inOrder } from '../capture/reading/part-names';
import { summedFigures } from '../capture/reading/found-flows';
import type { OpenedCapture } from '../capture/reading/capture-file';
import { nullRecorder } from '../capture/recording/null-recorder';
import { now } from '../clock';
import { CommandError } from '../command-error';
import { BaseSocket } from './base-socket';
import type { SocketHost } from './base-socket';
import { CapturedFlow } from './captured-flow';

/** So many of its flows are listed; those of more are in the log and in the sums. */
const MAX_FLOWS = 10_000;

/** Tells the files of one opened capture from others, and from themselves when they have changed. Throws Node's error. */
function stampOf(paths: readonly string[]): string {
  const stamps = paths.map((path) => {
    const { size, mtimeMs } = statSync(path);
    return [realpathSync.native(path), size, mtimeMs];
  });
  return JSON.stringify(stamps);
}

/** A capture from disk: `opening` while it is read, `open` until it is closed. */
export class CaptureFile extends BaseSocket {
  readonly #capture: OpenedCapture;
  readonly #flows: CapturedFlow[] = [];
  readonly #stamp: string;

  private constructor(host: SocketHost, name: string, id: number, capture: OpenedCapture) {
    super(host, 'capture-file', name, { recorder: nullRecorder(), session: capture }, null, id);
    this.#stamp = stampOf(capture.files.map(({ path }) => path));
    this.#capture = capture;
    this.step = 'reading';
    host.add(this);
    void capture.done.then(() => {
      host.descriptors.release(1);
      this.#read();
      this.advance('open', now());
    });
  }

  /** Throws Node's error, or ERR_NOT_A_CAPTURE. `name` is what to call it. */
  static open(host: SocketHost, paths: readonly string[], name: string): CaptureFile {
    if (!host.descriptors.take(1)) throw new CommandError(host.descriptors.exhausted('open'));
    const id = host.nextId();
    let made: CaptureFile | null = null;
    try {
      const capture = openCaptureFile(paths, {
        rootSocket: id,
        allocateSocket: () => host.nextId(),
        name,
        onChange: () => {
          if (made) made.#read();
        },
      });
      made = new CaptureFile(host, name, id, capture);
      return made;
    } catch (thrown) {
      host.descriptors.release(1);
      throw thrown;
    }
  }

  /** Those that show these files as they are now. Throws Node's error. */
  static among(sockets: readonly BaseSocket[], paths: readonly string[]): SocketId[] {
    const stamp = stampOf(inOrder(paths));
    return sockets.flatMap((one) =>
      one instanceof CaptureFile && !one.isOver && one.#stamp === stamp ? [one.id] : [],
    );
  }

  override info(): SocketInfo {
    const { flows, otherPackets } = this.#capture;
    const reassembly = summedFigures(flows);
    return {
      ...super.info(),
      ...(reassembly ? { reassembly } : {}),
      ...(otherPackets.length > 0 ? { otherPackets } : {}),
    };
  }

  override close(): void {
    if (this.isOver) return;
    const at = now();
    this.advance('closing', at);
    this.#capture.close();
    this.finish(null, at);
  }

  override destroy(): void {
    this.close();
  }

  override dispose(): void {
    this.#capture.close();
  }

  #read(): void {
    const { flows } = this.#capture;
    const sums = emptyLedger();
    let unexpected = 0;
    for (const [index, flow] of flows.entries()) {
      sums.receivedChunks += flow.receivedChunks;
      sums.receivedBytes += flow.receivedBytes;
      sums.sentChunks += flow.sentChunks;
      sums.sentBytes += flow.sentBytes;
      if (flow.unexpected) unexpected += 1;
      if (index === this.#flows.length && index < MAX_FLOWS)
        this.#flows.push(new CapturedFlow(this.host, this, flow));
    }
    for (const flow of this.#flows) flow.refresh();
    this.unexpectedSources = unexpected;
    this.closedChildren = flows.length;
    sums.recordedChunks = sums.receivedChunks + sums.sentChunks;
    sums.recordedBytes = sums.receivedBytes + sums.sentBytes;
    Object.assign(this.ledger, sums);
    this.host.touch(this);
  }
}
