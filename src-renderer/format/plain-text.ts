const PRINTABLE = /^[\x20-\x7e]*$/;

/** Controls, marks of direction, what has no width, half characters, and separators of lines. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const NAMED = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/**
 * What others wrote, as a part of one line: everything that would not be seen, or would turn the rest
 * of the line around, stands there as the composer writes it. A name cannot look like another.
 */
export function plainText(text: string): string {
  if (PRINTABLE.test(text)) return text;
  return text.replace(UNSEEN, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return NAMED.get(char) ?? `\\u{${code.toString(16).toUpperCase()}}`;
  });
}
