import { ByteSearch } from './byte-search';
import type { Cutter, FrameRole, Splitter } from './frame';
import type { LengthField } from './framing';

/** `none`: what was read at once is a frame. */
export class ChunkSplitter implements Splitter {
  readonly #cutter: Cutter;
  readonly #role: FrameRole;

  constructor(cutter: Cutter, role: FrameRole = 'frame') {
    this.#cutter = cutter;
    this.#role = role;
  }

  push(bytes: Uint8Array): void {
    this.#cutter.position += bytes.length;
    this.#cutter.cut(this.#cutter.position, this.#role);
  }

  end(): void {
    // Nothing is ever begun.
  }

  tick(): void {
    // Time means nothing here.
  }
}

/** `gap`: silence of at least so long ends a frame. */
export class GapSplitter implements Splitter {
  readonly #cutter: Cutter;
  readonly #gapMs: number;
  #lastMs = -Infinity;

  constructor(cutter: Cutter, gapMs: number) {
    this.#cutter = cutter;
    this.#gapMs = gapMs;
  }

  push(bytes: Uint8Array, atMs: number): void {
    if (bytes.length === 0) return;
    this.tick(atMs);
    this.#lastMs = atMs;
    this.#cutter.position += bytes.length;
    this.#cutter.grown(this.#cutter.position, 'frame');
  }

  end(): void {
    this.#cutter.cut(this.#cutter.position, 'frame');
  }

  tick(atMs: number): void {
    if (atMs - this.#lastMs >= this.#gapMs) this.end();
  }
}

/** `line` and `delim`: a frame ends with the delimiter. */
export class DelimiterSplitter implements Splitter {
  readonly #cutter: Cutter;
  readonly #search: ByteSearch;

  constructor(cutter: Cutter, delimiter: Uint8Array) {
    this.#cutter = cutter;
    this.#search = new ByteSearch(delimiter);
  }

  push(bytes: Uint8Array): void {
    const cutter = this.#cutter;
    const base = cutter.position;
    for (let at = this.#search.endIn(bytes, 0); at !== -1; at = this.#search.endIn(bytes, at))
      cutter.cut(base + at, 'frame');
    cutter.position = base + bytes.length;
    cutter.grown(cutter.position, 'frame');
  }

  end(): void {
    this.#cutter.cut(this.#cutter.position, 'frame', true);
  }

  tick(): void {
    // Time means nothing here.
  }
}

/**
 * `slip` and `cobs`: a byte that occurs nowhere else ends a frame. Such bytes in front of a frame
 * are part of it: senders put one there to end what noise began (RFC 1055).
 */
export class EndByteSplitter implements Splitter {
  readonly #cutter: Cutter;
  readonly #endByte: number;
  #hasContent = false;

  constructor(cutter: Cutter, endByte: number) {
    this.#cutter = cutter;
    this.#endByte = endByte;
  }

  push(bytes: Uint8Array): void {
    const cutter = this.#cutter;
    const base = cutter.position;
    let at = 0;
    while (at < bytes.length) {
      const found = bytes.indexOf(this.#endByte, at);
      if (found !== at) this.#hasContent = true;
      if (found === -1) break;
      at = found + 1;
      if (!this.#hasContent) continue;
      cutter.cut(base + at, 'frame');
      this.#hasContent = false;
    }
    cutter.position = base + bytes.length;
    cutter.grown(cutter.position, 'frame');
  }

  end(): void {
    this.#cutter.cut(this.#cutter.position, 'frame', true);
    this.#hasContent = false;
  }

  tick(): void {
    // Time means nothing here.
  }
}

/** `fixed`: every frame has so many bytes. */
export class FixedSplitter implements Splitter {
  readonly #cutter: Cutter;
  readonly #bytes: number;
  #end: number;

  constructor(cutter: Cutter, bytes: number) {
    this.#cutter = cutter;
    this.#bytes = bytes;
    this.#end = bytes;
  }

  push(bytes: Uint8Array): void {
    const cutter = this.#cutter;
    cutter.position += bytes.length;
    for (; this.#end <= cutter.position; this.#end += this.#bytes) cutter.cut(this.#end, 'frame');
    cutter.grown(cutter.position, 'frame');
  }

  end(): void {
    this.#cutter.cut(this.#cutter.position, 'frame', true);
  }

  tick(): void {
    // Time means nothing here.
  }
}

/** `len`: a field in the frame says how long it is. */
export class LengthSplitter implements Splitter {
  readonly #cutter: Cutter;
  readonly #field: LengthField;
  /** Where the frame began; the cutter's own start is that of its last piece. */
  #begun = 0;
  #value = 0;
  /** Where the frame ends; null while the field is not complete. */
  #end: number | null = null;
  #role: FrameRole = 'frame';

  constructor(cutter: Cutter, field: LengthField) {
    this.#cutter = cutter;
    this.#field = field;
  }

  push(bytes: Uint8Array): void {
    const cutter = this.#cutter;
    const base = cutter.position;
    const total = base + bytes.length;
    let at = base;
    while (at < total) {
      at = this.#end === null ? this.#readField(bytes, base, at) : Math.min(this.#end, total);
      if (at !== this.#end) continue;
      cutter.cut(at, this.#role);
      this.#begun = at;
      this.#value = 0;
      this.#end = null;
    }
    cutter.position = total;
    cutter.grown(total, 'frame');
  }

  /** Reads the field as far as it is here; to where the stream is read then. */
  #readField(bytes: Uint8Array, base: number, from: number): number {
    const { offset, width, endian, extra } = this.#field;
    const fieldAt = this.#begun + offset;
    const total = base + bytes.length;
    let at = Math.max(from, fieldAt);
    for (; at < total && at < fieldAt + width; at++) {
      const byte = bytes[at - base] ?? 0;
      this.#value =
        endian === 'be' ? this.#value * 256 + byte : this.#value + byte * 256 ** (at - fieldAt);
    }
    if (at < fieldAt + width) return total;
    const length = this.#value + extra;
    // Less than the field itself: nothing can be said of what follows, so it is looked at anew.
    this.#role = length < offset + width ? 'bad-length' : 'frame';
    this.#end = Math.max(this.#begun + length, at);
    return at;
  }

  end(): void {
    this.#cutter.cut(this.#cutter.position, 'frame', true);
  }

  tick(): void {
    // Time means nothing here.
  }
}

/** `startend`: a frame is from its start to its end; what is between frames is one marked so. */
export class StartEndSplitter implements Splitter {
  readonly #cutter: Cutter;
  readonly #start: ByteSearch;
  readonly #startBytes: number;
  readonly #end: ByteSearch;
  #inside = false;

  constructor(cutter: Cutter, start: Uint8Array, end: Uint8Array) {
    this.#cutter = cutter;
    this.#start = new ByteSearch(start);
    this.#startBytes = start.length;
    this.#end = new ByteSearch(end);
  }

  push(bytes: Uint8Array): void {
    const cutter = this.#cutter;
    const base = cutter.position;
    let at = 0;
    while (at < bytes.length) {
      const found = (this.#inside ? this.#end : this.#start).endIn(bytes, at);
      if (found === -1) break;
      if (this.#inside) cutter.cut(base + found, 'frame');
      else cutter.cut(base + found - this.#startBytes, 'outside');
      this.#inside = !this.#inside;
      at = found;
    }
    cutter.position = base + bytes.length;
    // What may be the beginning of a start is not yet known to be outside.
    if (this.#inside) cutter.grown(cutter.position, 'frame');
    else cutter.grown(cutter.position - this.#start.partial, 'outside');
  }

  end(): void {
    const { position } = this.#cutter;
    this.#cutter.cut(position, this.#inside ? 'frame' : 'outside', this.#inside);
    this.#inside = false;
  }

  tick(): void {
    // Time means nothing here.
  }
}
