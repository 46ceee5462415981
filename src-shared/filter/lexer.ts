/** A word of a filter: where it stands, and what it says with its quotes undone. */
export interface Token {
  kind: 'open' | 'close' | 'and' | 'or' | 'not' | 'word';
  /** As written. */
  text: string;
  /** Offset in the filter. */
  at: number;
  /** `field`, operator and value of `len>64`; a plain word has only a value. */
  field: string | null;
  operator: string | null;
  value: string;
  /** The value stood in quotes: it is text, whatever it looks like. */
  quoted: boolean;
}

/** A quote or slash that is not closed. */
export interface OpenQuote {
  openAt: number;
}

const FIELD = /^([a-z][a-z0-9-]*)(:|!=|<=|>=|=|<|>)/i;
/** Names of decoders and keys may be of any letters, and spaces may stand around the operator. */
const DECODED = /^(decode(?:\.[\p{L}\p{N}_-]+)+)\s*(:|==|!=|<=|>=|=|<|>|~)\s*/iu;
const WORDS = new Map<string, Token['kind']>([
  ['(', 'open'],
  [')', 'close'],
  ['and', 'and'],
  ['&&', 'and'],
  ['or', 'or'],
  ['||', 'or'],
  ['not', 'not'],
  ['!', 'not'],
]);

/** Digits of a byte, a wildcard in them, or any run: what may follow `hex:01` after a space. */
const HEX_BYTES = /^(?:[0-9a-f?]{2}|\*)+$/i;

/** Splits a filter into words. Spaces part them, but not in quotes or in a regular expression. */
export function tokens(text: string): Token[] | OpenQuote {
  const found: Token[] = [];
  for (let at = 0; at < text.length;) {
    const char = text[at] ?? '';
    if (/\s/.test(char)) {
      at++;
      continue;
    }
    const pair = text.slice(at, at + 2);
    const sign = WORDS.has(pair) ? pair : char === '!' && pair !== '!=' ? '!' : char;
    if (sign === '(' || sign === ')' || sign === '!' || sign === '&&' || sign === '||') {
      found.push({ ...plain(sign, at), kind: WORDS.get(sign) ?? 'word' });
      at += sign.length;
      continue;
    }
    const word = readWord(text, at);
    if ('openAt' in word) return word;
    const known = word.quoted ? undefined : WORDS.get(word.text.toLowerCase());
    found.push(known === undefined ? word : { ...word, kind: known });
    at += word.text.length;
  }
  return joinHex(found, text);
}

function plain(text: string, at: number): Token {
  return { kind: 'word', text, at, field: null, operator: null, value: text, quoted: false };
}

function readWord(text: string, at: number): Token | OpenQuote {
  const rest = text.slice(at);
  const match = DECODED.exec(rest) ?? FIELD.exec(rest);
  const start = at + (match?.[0].length ?? 0);
  const named = match ? { field: (match[1] ?? '').toLowerCase(), operator: match[2] ?? ':' } : {};
  const opener = text[start];
  if (opener === '"') {
    const end = closing(text, start, '"');
    if (end === -1) return { openAt: start };
    const value = text.slice(start + 1, end).replace(/\\(["\\])/g, '$1');
    return { ...plain(text.slice(at, end + 1), at), ...named, value, quoted: true };
  }
  if (opener === '/' && (match === null || match[2] === '~')) {
    const end = closing(text, start, '/');
    if (end === -1) return { openAt: start };
    const flags = /^[a-z]*/i.exec(text.slice(end + 1))?.[0] ?? '';
    const word = text.slice(at, end + 1 + flags.length);
    return { ...plain(word, at), ...named, value: word.slice(start - at) };
  }
  const length = /^[^\s()]*/.exec(text.slice(start))?.[0].length ?? 0;
  const word = text.slice(at, start + length);
  return { ...plain(word, at), ...named, value: word.slice(start - at) };
}

/** Where the quote that opens at `start` closes, or -1. */
function closing(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

/** `hex:01 03 ?? ??` is one word: the bytes after it are its own. */
function joinHex(words: readonly Token[], text: string): Token[] {
  const joined: Token[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    const isByte = word.kind === 'word' && word.field === null && HEX_BYTES.test(word.text);
    if (before?.field === 'hex' && !before.quoted && !word.quoted && isByte) {
      const end = word.at + word.text.length;
      before.text = text.slice(before.at, end);
      before.value = text.slice(before.at + 'hex:'.length, end);
    } else joined.push({ ...word });
  }
  return joined;
}
