/** More numbers and ranges than this in one set are refused. */
const MAX_PARTS = 1000;

/** `2,4:7,9:*` as ranges; null: it is no set. `largest` is what `*` stands for. */
export function parseSet(text: string, largest: number): (readonly [number, number])[] | null {
  const parts = text.split(',');
  if (parts.length > MAX_PARTS) return null;
  const ranges: (readonly [number, number])[] = [];
  for (const part of parts) {
    const [, from = '', to = from] = /^(\d{1,10}|\*)(?::(\d{1,10}|\*))?$/.exec(part) ?? [];
    if (from === '') return null;
    const a = from === '*' ? largest : Number(from);
    const b = to === '*' ? largest : Number(to);
    ranges.push([Math.min(a, b), Math.max(a, b)]);
  }
  return ranges;
}

export function isInSet(set: readonly (readonly [number, number])[], number: number): boolean {
  return set.some(([from, to]) => number >= from && number <= to);
}
