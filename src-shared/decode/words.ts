/**
 * The product's own words in what decoders say, `{n}` for a count; names of protocol fields are none of
 * them. The window has each in its language (`format/decode-words.ts`): a word that is added here and
 * not there does not compile.
 */
export const ENGLISH = {
  byte: '1 byte',
  bytes: '{n} bytes',
  rest: 'rest',
  incomplete: 'incomplete',
  complete: 'complete',
  line: '1 line',
  lines: '{n} lines',
  'ends-with-dot': 'ends with .',
  'checksum-wrong': 'checksum wrong',
  'checksum-right': 'checksum right',
  'not-expected': 'not as expected',
  'not-this': 'not {n}',
  'perhaps-message': '{n}, perhaps a message',
  'unknown-field': '{n} (unknown)',
  text: 'text',
  binary: 'binary',
  menu: 'menu',
  'root-menu': 'root menu',
  entry: '1 entry',
  entries: '{n} entries',
  'of-information': '{n} of information',
  'head-goes-on': 'head goes on',
  body: 'body',
  'first-piece': 'first piece',
  'middle-piece': 'middle piece',
  'last-piece': 'last piece',
  chunk: 'chunk',
  'last-chunk': 'last chunk',
  'dot-doubled': 'line, dot doubled',
  'tls-record': 'TLS record',
  'no-question': 'no question',
  'too-deep': 'nested too deep',
  'too-many': 'too many fields',
} as const;

export type Word = keyof typeof ENGLISH;
export type Words = Readonly<Record<Word, string>>;

let spoken: Words = ENGLISH;

/**
 * Which words the decoders of this thread use from now on. Called where a window's worker is told its
 * language, and nowhere else: the engine, exports and the command line speak English, so that what a
 * filter compares with does not depend on a language.
 */
export function speak(words: Words): void {
  spoken = words;
}

/** A word in the language of this thread. */
export function say(word: Word, n: number | string = ''): string {
  return spoken[word].replace('{n}', String(n));
}
