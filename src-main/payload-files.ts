import { open } from 'node:fs/promises';
import { MAX_PAYLOAD_BYTES } from '../src-shared/payload/payload-template';
import { refusal } from '../src-shared/refusal/refusal';
import { CommandError } from './command-error';

/**
 * Files that payloads of the window may hold. Only those chosen in a dialog of ours: neither the page nor
 * a profile from elsewhere may name a file and have it sent.
 */
export class PayloadFiles {
  readonly #chosen = new Set<string>();

  add(path: string): void {
    this.#chosen.add(path);
  }

  async read(path: string): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.#chosen.has(path))
      throw new CommandError('ERR_NOT_CHOSEN', refusal('file-not-chosen'));
    const file = await open(path);
    try {
      const stats = await file.stat();
      // Of a device or a pipe nobody knows the end.
      if (!stats.isFile()) throw new CommandError('EINVAL', refusal('payload-no-file'));
      if (stats.size > MAX_PAYLOAD_BYTES)
        throw new CommandError('EFBIG', refusal('payload-large', { most: MAX_PAYLOAD_BYTES }));
      return new Uint8Array(await file.readFile());
    } finally {
      await file.close();
    }
  }
}
