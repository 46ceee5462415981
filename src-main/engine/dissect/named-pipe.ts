import { execFileSync } from 'node:child_process';
import { constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { makeTemporaryFolder } from '../temporary-folder';

/**
 * A pipe with a name, for a program that reads files and pipes: what Node gives a child as its standard
 * input is a socket on Unix, which tshark refuses.
 */
export class NamedPipe {
  readonly path: string;
  readonly stream: Socket;
  readonly #folder: string;

  /** Throws Node's error where none can be made (Windows). */
  constructor() {
    this.#folder = makeTemporaryFolder();
    this.path = join(this.#folder, 'capture');
    try {
      execFileSync('mkfifo', ['-m', '600', this.path], { stdio: 'ignore' });
      // For both ways: opened for writing alone it would wait here until somebody reads.
      const fd = openSync(this.path, constants.O_RDWR | constants.O_NONBLOCK);
      this.stream = new Socket({ fd, readable: false, writable: true });
    } catch (thrown) {
      rmSync(this.#folder, { recursive: true, force: true });
      throw thrown;
    }
    this.stream.on('error', () => undefined);
  }

  /** What was written and not read is gone. */
  close(): void {
    this.stream.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
