import type { AddressErrorValues } from './problem';
import { AddressProblem } from './problem';

/** A part of an address between commas, and where it begins. */
export interface Part {
  text: string;
  at: number;
}

const SIMPLE = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['r', '\r'],
  ['n', '\n'],
  ['t', '\t'],
]);
const NAMED = new Map([...SIMPLE].map(([letter, char]) => [char, `\\${letter}`]));

/** What goes before a quoted value: a kind, or the name of an option. */
const OPENS_VALUE = /^(?:[a-z][a-z0-9-]*:(?:\/\/)?|[^=]*=\s*)$/i;

/** Cuts at commas; not at `\,`, and not within a value in double quotes. */
export function splitParts(text: string): Part[] {
  const parts: Part[] = [];
  let begin = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\' && (quoted || text[at + 1] === ',')) at += 1;
    else if (char === '"' && (quoted || OPENS_VALUE.test(text.slice(begin, at)))) quoted = !quoted;
    else if (char === ',' && !quoted) {
      parts.push({ text: text.slice(begin, at), at: begin });
      begin = at + 1;
    }
  }
  parts.push({ text: text.slice(begin), at: begin });
  return parts;
}

/**
 * The value that is written as `text`: in quotes with escapes, or as it is with `\,` for a comma.
 * `keepEscapes`: of the escapes only those that quoting itself needs are resolved, for a text that
 * has escapes of its own.
 */
export function readValue(
  text: string,
  at: number,
  values: AddressErrorValues,
  keepEscapes = false,
): string {
  if (!text.startsWith('"')) return text.replaceAll('\\,', ',');
  let value = '';
  for (let n = 1; n < text.length; n += 1) {
    const char = text[n] ?? '';
    if (char === '"') {
      const rest = text.slice(n + 1);
      if (rest.trim() === '') return value;
      throw problem(at + n + 1, `"${rest.trim()}" follows a closing quote`, values, rest.trim());
    }
    if (char !== '\\') value += char;
    else {
      const escape = /^\\(?:x[0-9a-f]{2}|u\{[0-9a-f]{1,6}\}|.)/is.exec(text.slice(n))?.[0] ?? '\\';
      const resolved = keepEscapes ? keep(escape) : resolve(escape);
      if (resolved === null)
        throw problem(
          at + n,
          `"${escape}" is no escape; in quotes a backslash is written \\\\`,
          values,
          escape,
        );
      value += resolved;
      n += escape.length - 1;
    }
  }
  throw problem(at, 'A quote is not closed', values, '"');
}

/** The shortest spelling that `readValue` gives `value` back from. */
export function writeValue(value: string, keepEscapes = false): string {
  const plain = keepEscapes
    ? !/[",\s\p{Cc}]|\\$/u.test(value)
    : !/[",\p{Cc}]|^\s|\s$|\\$|^$/u.test(value);
  if (plain) return value;
  if (!keepEscapes) return `"${value.replace(/["\\\p{Cc}]/gu, escaped)}"`;
  // An escape stays as it is; what the quotes need escaped is escaped.
  return `"${value.replace(/\\.|["\p{Cc}]/gsu, (found) => (found.length > 1 ? found : escaped(found)))}"`;
}

/** Control characters of a text with escapes, written as escapes: one spelling for one text. */
export function escapeControls(text: string): string {
  return text.replace(/\p{Cc}/gu, escaped);
}

function escaped(char: string): string {
  return NAMED.get(char) ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function keep(escape: string): string {
  return escape === '\\"' ? '"' : escape;
}

function resolve(escape: string): string | null {
  const letter = escape.slice(1);
  if (letter.length === 3 && letter.startsWith('x'))
    return String.fromCharCode(parseInt(letter.slice(1), 16));
  return SIMPLE.get(letter) ?? null;
}

function problem(at: number, sentence: string, values: AddressErrorValues, found: string) {
  return new AddressProblem('bad-quoting', at, sentence, { ...values, found });
}
