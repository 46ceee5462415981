export function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function word(bytes: 1 | 2 | 4, value: number, little: boolean): Uint8Array {
  const word = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) {
    word[little ? i : bytes - 1 - i] = Math.floor(value / 256 ** i) & 0xff;
  }
  return word;
}

/** Fields in network byte order, each with its width. */
export function network(...fields: (readonly [bytes: 1 | 2 | 4, value: number])[]): Uint8Array {
  return concat(...fields.map(([bytes, value]) => word(bytes, value, false)));
}
