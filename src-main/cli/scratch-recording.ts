import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SplitPlan } from '../engine/capture/recording/recording-parts';
import { toCommandError } from '../engine/command-error';
import { makeTemporaryFolder } from '../engine/temporary-folder';
import { CliError, EXIT } from './exit';

/** What has not been looked at yet may take so much of the disk. */
const PART_BYTES = 16 * 1024 * 1024;
const PARTS = 8;

function noPlace(thrown: unknown): CliError {
  const { message } = toCommandError(thrown);
  return new CliError(
    EXIT.file,
    `What is looked at is recorded, and ${tmpdir()} takes no temporary file.`,
    ['Give --record FILE, or set TMPDIR to a folder that you may write to.', message],
  );
}

/**
 * A recording for what looks at rows while nobody asked for a file: a ring in a folder of its own
 * among the temporary ones, gone with the command.
 */
export class ScratchRecording {
  readonly path: string;
  readonly split: SplitPlan = {
    sizeBytes: PART_BYTES,
    everyMs: null,
    keepMs: null,
    keepParts: PARTS,
  };
  readonly #folder: string;
  readonly #remove = (): void => {
    this.remove();
  };

  /** Throws the `CliError` that says why there is none. */
  constructor() {
    try {
      this.#folder = makeTemporaryFolder();
    } catch (thrown) {
      throw noPlace(thrown);
    }
    this.path = join(this.#folder, 'live.pcapng');
    // Also when the process ends by a bug of ours.
    process.once('exit', this.#remove);
  }

  /** Idempotent. Never throws. */
  remove(): void {
    process.off('exit', this.#remove);
    try {
      rmSync(this.#folder, { recursive: true, force: true });
    } catch {
      // Whoever makes one after this process tries again.
    }
  }
}
