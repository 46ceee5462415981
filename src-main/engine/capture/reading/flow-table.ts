import type { Packet } from '../format/packet-parser';

const KEY_WORDS = 10;

function addressWords(
  view: DataView,
  start: number,
  v6: boolean,
  key: Uint32Array,
  to: number,
): void {
  key[to] = view.getUint32(start);
  for (let i = 1; i < 4; i++) key[to + i] = v6 ? view.getUint32(start + 4 * i) : 0;
}

/**
 * Numbers by the addresses, ports and protocol of a packet; one way along a flow is one entry.
 * An open-addressed table over plain words: a look-up allocates nothing, for it is done per packet.
 */
export class FlowTable {
  #keys = new Uint32Array(64 * KEY_WORDS);
  #values = new Int32Array(64);
  #slots = new Int32Array(128);
  #entries = 0;
  readonly #key = new Uint32Array(KEY_WORDS);
  /** The slot of the last look-up: its entry, or the free place where it belongs. */
  #slot = 0;

  /** The number of the packet's way, or -1. */
  find(view: DataView, packet: Packet): number {
    const key = this.#key;
    addressWords(view, packet.sourceStart, packet.v6, key, 0);
    addressWords(view, packet.destinationStart, packet.v6, key, 4);
    key[8] = packet.sourcePort * 0x10000 + packet.destinationPort;
    key[9] = packet.protocol * 2 + (packet.v6 ? 1 : 0);
    return this.#look();
  }

  /** Sets the number of the way that `find` looked for last. */
  set(value: number): void {
    const entry = (this.#slots[this.#slot] ?? 0) - 1;
    if (entry >= 0) {
      this.#values[entry] = value;
      return;
    }
    if (this.#entries === this.#values.length) {
      this.#grow();
      this.#look();
    }
    this.#keys.set(this.#key, this.#entries * KEY_WORDS);
    this.#values[this.#entries] = value;
    this.#slots[this.#slot] = ++this.#entries;
  }

  /** Sets the number of the other way along it. */
  setReverse(value: number): void {
    const key = this.#key;
    for (let i = 0; i < 4; i++) {
      const word = key[i] ?? 0;
      key[i] = key[i + 4] ?? 0;
      key[i + 4] = word;
    }
    const ports = key[8] ?? 0;
    key[8] = ((ports << 16) | (ports >>> 16)) >>> 0;
    this.#look();
    this.set(value);
  }

  #look(): number {
    const mask = this.#slots.length - 1;
    let slot = this.#hash() & mask;
    for (;;) {
      const entry = (this.#slots[slot] ?? 0) - 1;
      if (entry < 0 || this.#isAt(entry)) {
        this.#slot = slot;
        return entry < 0 ? -1 : (this.#values[entry] ?? -1);
      }
      slot = (slot + 1) & mask;
    }
  }

  #hash(): number {
    let hash = 0;
    for (let i = 0; i < KEY_WORDS; i++) {
      hash = Math.imul(hash ^ (this.#key[i] ?? 0), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  #isAt(entry: number): boolean {
    const from = entry * KEY_WORDS;
    for (let i = 0; i < KEY_WORDS; i++) if (this.#keys[from + i] !== this.#key[i]) return false;
    return true;
  }

  #grow(): void {
    const keys = this.#keys;
    const size = this.#values.length * 2;
    const values = new Int32Array(size);
    values.set(this.#values);
    this.#values = values;
    this.#keys = new Uint32Array(size * KEY_WORDS);
    this.#keys.set(keys);
    this.#slots = new Int32Array(size * 2);
    const wanted = this.#key.slice();
    for (let entry = 0; entry < this.#entries; entry++) {
      this.#key.set(this.#keys.subarray(entry * KEY_WORDS, (entry + 1) * KEY_WORDS));
      this.#look();
      this.#slots[this.#slot] = entry + 1;
    }
    this.#key.set(wanted);
  }
}
