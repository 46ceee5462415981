import type { Charset } from '../../src-shared/encoding/charset';
import { charsetAtHand, loadCharset } from '../../src-shared/encoding/load';
import { type EncodingName, encodingName } from '../../src-shared/encoding/names';
import { UTF8 } from '../../src-shared/encoding/unicode';

/** How a log reads text: the encoding that was chosen, and its tables as soon as they are here. */
export class TextEncoding {
  name = $state.raw<EncodingName>('utf-8');
  /** Of the name, or of the one before while it is on its way. */
  charset = $state.raw<Charset>(UTF8);
  /** Told of each that the user chooses. */
  used: (name: EncodingName) => void = () => undefined;
  readonly #changed: () => void;
  readonly #hearers = new Set<(name: EncodingName) => void>();

  /** `changed`: text is read in another one from now on. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** From the start, before anything was asked for. A name that this version does not know is UTF-8. */
  begin(text: string): void {
    const name = encodingName(text) ?? 'utf-8';
    this.name = name;
    const charset = charsetAtHand(name);
    if (charset !== null) this.charset = charset;
    else void this.#load(name);
  }

  async choose(name: EncodingName): Promise<void> {
    if (name === this.name) return;
    this.name = name;
    this.used(name);
    await this.#load(name);
    if (this.name !== name) return;
    this.#changed();
    for (const hear of this.#hearers) hear(name);
  }

  /** Told of each that is chosen here; returns what ends it. */
  onChange(hear: (name: EncodingName) => void): () => void {
    this.#hearers.add(hear);
    return () => this.#hearers.delete(hear);
  }

  async #load(name: EncodingName): Promise<void> {
    const charset = await loadCharset(name);
    if (this.name === name) this.charset = charset;
  }
}
