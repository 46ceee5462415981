const PRINTABLE = /^[\x20-\x7e]*$/;

/**
 * Characters that are not seen or that change how others are seen, as the inside of a class of a
 * regular expression: controls, marks of direction, what has no width, half characters, what Unicode
 * has not given to anybody, separators of lines.
 */
export const UNSEEN_CLASS = '\\p{C}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}';

/** All but what makes a picture of the character before: `⚠️` deceives nobody. */
const UNSEEN = new RegExp(`(?!(?<=\\p{Extended_Pictographic})\\uFE0F)[${UNSEEN_CLASS}]`, 'gu');

const NAMED = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/**
 * What others wrote (names of files, certificates, peers, notes, words of a decoder) as a part of one
 * line: everything that would not be seen, would turn the rest of the line around or would steer a
 * terminal stands there as the composer writes it. Given twice, nothing more is changed.
 */
export function plainText(text: string): string {
  if (PRINTABLE.test(text)) return text;
  return text.replace(
    UNSEEN,
    (char) => NAMED.get(char) ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** The same for a text of several lines. */
export function plainLines(text: string): string {
  return PRINTABLE.test(text) ? text : text.split('\n').map(plainText).join('\n');
}

/** JSON with the same characters escaped as JSON has it: it says the same, and steers no terminal. */
export function plainJson(json: string): string {
  if (PRINTABLE.test(json)) return json;
  return json.replace(UNSEEN, (char) =>
    Array.from({ length: char.length }, (_, n) => jsonEscape(char.charCodeAt(n))).join(''),
  );
}

function jsonEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
