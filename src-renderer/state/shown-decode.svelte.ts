import type { DecodedMessage } from '../../src-shared/decode/look-back';
import type { DecodeJob } from './decode-messages';
import type { Decoding } from './decoding.svelte';

const NONE: readonly DecodedMessage[] = [];

/** What one thing says: what was asked last, and what there was before until it is here. */
export class ShownDecode {
  messages = $state.raw(NONE);
  problem = $state.raw<'too-slow' | { message: string } | null>(null);
  #asking = 0;

  /** Null: nothing is to be shown. */
  ask(decoding: Decoding, job: DecodeJob | null): void {
    const asking = ++this.#asking;
    if (job === null) {
      this.messages = NONE;
      this.problem = null;
      return;
    }
    void decoding.decode(job).then((result) => {
      if (asking !== this.#asking) return;
      this.messages = result.ok ? result.messages : NONE;
      if (result.ok) this.problem = null;
      else this.problem = 'tooSlow' in result ? 'too-slow' : { message: result.message };
    });
  }
}
