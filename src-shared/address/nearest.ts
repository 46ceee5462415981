/**
 * The candidate that was probably meant: it begins with `text`, or differs from it in one or two
 * letters that are less than half of it. Undefined when none is so alike: a guess that is not
 * right leads further away than a list of what there is.
 */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.min(3, text.length / 2);
  for (const candidate of candidates) {
    const begins = text.length > 1 && candidate.startsWith(text);
    const edits = begins ? 1 : distance(text.slice(0, 40), candidate);
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** Letters to add, take away, replace, or exchange with their neighbour; row by row. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const exchanged =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? (before[j - 2] ?? 0) + 1
          : Infinity;
      next.push(Math.min(replaced, exchanged, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
