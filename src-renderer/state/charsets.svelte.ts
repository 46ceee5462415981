import { SvelteMap } from 'svelte/reactivity';
import type { Charset } from '../../src-shared/encoding/charset';
import { charsetAtHand, loadCharset } from '../../src-shared/encoding/load';
import type { EncodingName } from '../../src-shared/encoding/names';

/** Encodings by name, loaded when they are first asked for; who asked is told as soon as one is here. */
export class Charsets {
  readonly #loaded = new SvelteMap<EncodingName, Charset>();

  /** Null while on its way. */
  get(name: EncodingName): Charset | null {
    const known = this.#loaded.get(name) ?? charsetAtHand(name);
    if (known === null) void loadCharset(name).then((charset) => this.#loaded.set(name, charset));
    return known;
  }
}
