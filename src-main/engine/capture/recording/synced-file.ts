import { closeSync, fstatSync } from 'node:fs';
import type { SocketError } from '../../../../src-shared/contract/socket';
import { refusal } from '../../../../src-shared/refusal/refusal';
import { toSocketError } from '../format/capture-error';
import type { Disk } from './disk';

/**
 * Synced when nothing has been written for QUIET_MS, and while traffic never rests every SYNC_MS: a
 * sync beside a stream takes the disk and a core from it. So much a power loss may cost; a kill of
 * the process costs what has not been flushed.
 */
const QUIET_MS = 1000;
const SYNC_MS = 15_000;

function deleted(): SocketError {
  return { code: 'ENOENT', ...refusal('capture-deleted') };
}

/** An open file, and the syncs that what is written to it is owed. */
export class SyncedFile {
  readonly file: number;
  readonly #disk: Disk;
  readonly #unconfirmed: (error: SocketError) => void;
  #timer: NodeJS.Timeout | null = null;
  #syncing = false;
  /** When the first write since the last sync was, on the monotonic clock; 0: all is synced. */
  #unsyncedSince = 0;
  #closed = false;
  /** Its time is over, so it may be deleted before it is closed. */
  #mayBeGone = false;

  /** `unconfirmed`: the disk did not confirm what it had taken; a power loss may cost it. */
  constructor(file: number, disk: Disk, unconfirmed: (error: SocketError) => void) {
    this.file = file;
    this.#disk = disk;
    this.#unconfirmed = unconfirmed;
  }

  wrote(): void {
    const at = performance.now();
    if (this.#unsyncedSince === 0) this.#unsyncedSince = at;
    if (!this.#syncing && !this.#closed) this.#schedule(at);
  }

  /**
   * Closes it once a last sync is done: that runs beside everything else, since a disk may take
   * seconds over it. `mayBeGone`: others may delete it from now on.
   */
  close(mayBeGone: boolean): void {
    this.#closed = true;
    this.#mayBeGone = mayBeGone;
    // A sync under way still uses the descriptor, whose number another file could get.
    if (!this.#syncing) this.#sync();
  }

  #schedule(at: number): void {
    if (at - this.#unsyncedSince >= SYNC_MS) this.#sync();
    else if (this.#timer !== null) this.#timer.refresh();
    // A power loss matters less than a program that will not end.
    else this.#timer = setTimeout(() => this.#sync(), QUIET_MS).unref();
  }

  #sync(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#syncing = true;
    this.#unsyncedSince = 0;
    const wasClosed = this.#closed;
    this.#disk.sync(this.file, (error) => {
      this.#syncing = false;
      // A second fdatasync would report success although the pages are gone: it is told, not retried.
      if (error !== null) this.#unconfirmed(toSocketError(error));
      else if (!this.#mayBeGone && fstatSync(this.file).nlink === 0) this.#unconfirmed(deleted());
      if (wasClosed) closeSync(this.file);
      else if (this.#closed) this.#sync();
      else if (this.#unsyncedSince > 0) this.#schedule(performance.now());
    });
  }
}
