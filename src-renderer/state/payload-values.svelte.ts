import type { PayloadTemplate } from '../../src-shared/payload/payload-template';
import { countOn } from '../../src-shared/payload/payload-template';

/** What the next payload of a socket will hold where it is not the same each time. */
export class PayloadValues {
  /** The next value of each counter that was used or set. */
  counters = $state.raw<ReadonlyMap<string, number>>(new Map());
  /** Epoch ms: of what is shown, and then of sending. */
  now = $state.raw(Date.now());
  /** Drawn for the next payload: what is shown is what is sent. */
  #drawn = $state.raw(new Map<string, Uint8Array>());

  /** For `PayloadContext`. */
  readonly random = (lengthBytes: number, place: number): Uint8Array => {
    const key = `${place} ${lengthBytes}`;
    const known = this.#drawn.get(key);
    if (known) return known;
    const bytes = randomBytes(lengthBytes);
    this.#drawn.set(key, bytes);
    return bytes;
  };

  set(counter: string, value: number): void {
    this.counters = new Map([...this.counters, [counter, value]]);
  }

  /** It begins again with its start. */
  reset(counter: string): void {
    this.counters = new Map([...this.counters].filter(([name]) => name !== counter));
  }

  /** Counters go on, and other random bytes are drawn. */
  sent(template: PayloadTemplate): void {
    const counters = new Map(this.counters);
    countOn(template, counters);
    this.counters = counters;
    this.#drawn = new Map();
  }
}

/** The web's source gives so many at once. */
const DRAW_BYTES = 65_536;

function randomBytes(lengthBytes: number): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  for (let at = 0; at < lengthBytes; at += DRAW_BYTES)
    crypto.getRandomValues(bytes.subarray(at, at + DRAW_BYTES));
  return bytes;
}
