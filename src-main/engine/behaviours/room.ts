/** How much all that is stored, and all that is being received to be stored, may take together. */
export class Room {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  get freeBytes(): number {
    return this.#left;
  }

  /** All of it or nothing. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}

/**
 * Bytes that are being received to be stored: a request's body, a mail, a file. What it takes of the
 * room grows with it; `discard` gives that back, unless `finish` has passed it on.
 */
export class Upload {
  readonly #room: Room;
  readonly #limitBytes: number;
  #bytes = Buffer.alloc(0);
  #length = 0;
  #taken = 0;
  #refused: 'too-large' | 'no-room' | null = null;

  constructor(room: Room, limitBytes: number) {
    this.#room = room;
    this.#limitBytes = limitBytes;
  }

  /** Why it is not kept; from then on what is added is dropped. */
  get refused(): 'too-large' | 'no-room' | null {
    return this.#refused;
  }

  get length(): number {
    return this.#length;
  }

  add(bytes: Uint8Array): void {
    if (this.#refused !== null) return;
    const length = this.#length + bytes.byteLength;
    if (length > this.#limitBytes) this.#refuse('too-large');
    else if (length <= this.#bytes.byteLength || this.#grow(length)) {
      this.#bytes.set(bytes, this.#length);
      this.#length = length;
    } else this.#refuse('no-room');
  }

  /** What was received. Its room now belongs to who keeps it, who gives back its length. */
  finish(): Buffer {
    const bytes = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#room.give(this.#taken - this.#length);
    this.#taken = 0;
    this.#bytes = Buffer.alloc(0);
    return bytes;
  }

  discard(): void {
    this.#room.give(this.#taken);
    this.#taken = 0;
    this.#bytes = Buffer.alloc(0);
  }

  /** Doubled: pieces of one byte each must not cost their square, or an object each. */
  #grow(length: number): boolean {
    const size = Math.min(Math.max(4096, length, this.#bytes.byteLength * 2), this.#limitBytes);
    if (!this.#room.take(size - this.#taken)) return false;
    this.#taken = size;
    const bytes = Buffer.allocUnsafe(size);
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    return true;
  }

  #refuse(why: 'too-large' | 'no-room'): void {
    this.#refused = why;
    this.discard();
  }
}
