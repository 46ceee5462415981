import { NO_DIGIT, hexDigit } from './hex-digit';
import { readHexdump } from './hexdump';
import type { ParsedBytes, PayloadError } from './problem';
import { failed } from './problem';

/** `static const uint8_t name[] =`, `byte[] b = new byte[]`: what stands before the brace of an array. */
const DECLARATION = /^\s*[A-Za-z][\w\s*[\]:]*=[\w\s[\]]*(?=\{)/;

/** What `xxd -i` writes after the array. */
const AFTER_DECLARATION = /^\s*;?\s*(?:unsigned int \w+ = \d+;)?\s*$/;

/** No declaration is longer; keeps the expression above from walking through megabytes. */
const MAX_DECLARATION = 300;

const SEPARATORS = /^[\s,:;\-{}[\]()"]$/;

/**
 * Bytes written as hex digits in any usual dress: `AA BB`, `AABB`, `0xAA,0xBB`, `AA:BB`, `AA-BB`,
 * `\xAA`, C arrays, pasted hexdumps (offsets and ASCII column are left out), with comments
 * `// …`, `# …`, `/* … *\/` and `{# … #}`. An odd digit is an error at its place, never padded.
 */
export function parseHex(text: string): ParsedBytes {
  return readHexdump(text) ?? new HexScanner(text).scan();
}

/**
 * Reads something other than digits at that place, or leaves it to be read as usual (null); `length` is
 * that of its text.
 */
export type Embedded = (
  text: string,
  at: number,
  bytesBefore: number,
) => { length: number } | PayloadError | null;

/** The digits around what `embedded` takes, as one run of bytes. A pasted hexdump has nothing but digits. */
export function parseHexAround(text: string, embedded: Embedded): ParsedBytes {
  return readHexdump(text) ?? new HexScanner(text, embedded).scan();
}

class HexScanner {
  readonly #text: string;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #declared: boolean;
  readonly #embedded: Embedded | null;
  #length = 0;
  #at = 0;
  #error: PayloadError | null = null;

  constructor(text: string, embedded: Embedded | null = null) {
    const declaration = DECLARATION.exec(text.slice(0, MAX_DECLARATION));
    this.#text = text;
    this.#embedded = embedded;
    this.#bytes = new Uint8Array(text.length >> 1);
    this.#declared = declaration !== null;
    this.#at = declaration?.[0].length ?? 0;
  }

  scan(): ParsedBytes {
    while (this.#at < this.#text.length && this.#error === null) {
      if (this.#startsWith('0x') || this.#startsWith('0X')) this.#prefixed();
      else if (hexDigit(this.#text, this.#at) !== NO_DIGIT) this.#digits();
      else this.#other();
    }
    if (this.#error) return { ok: false, error: this.#error };
    return { ok: true, bytes: this.#bytes.slice(0, this.#length) };
  }

  #startsWith(what: string): boolean {
    return this.#text.startsWith(what, this.#at);
  }

  /** As many pairs as there are. */
  #digits(): void {
    const text = this.#text;
    let at = this.#at;
    for (;;) {
      const high = hexDigit(text, at);
      if (high === NO_DIGIT) break;
      // `AA0xBB`: the zero belongs to the next prefix.
      const low = hexDigit(text, at + 1);
      if (low === NO_DIGIT) {
        if (high === 0 && (text[at + 1] === 'x' || text[at + 1] === 'X')) break;
        this.#fail(
          'odd-digit',
          at,
          `The digit "${text[at] ?? ''}" has no partner: a byte is two digits`,
        );
        return;
      }
      this.#bytes[this.#length++] = (high << 4) | low;
      at += 2;
    }
    this.#at = at;
  }

  /** `0x` and at least one pair. */
  #prefixed(): void {
    this.#at += 2;
    if (hexDigit(this.#text, this.#at) === NO_DIGIT)
      this.#fail(
        'bad-character',
        this.#at - 2,
        'After 0x comes a byte of two digits, such as 0x4A',
      );
    else this.#digits();
  }

  #other(): void {
    if (this.#startsWith('{{') && this.#takeEmbedded()) return;
    const char = this.#text[this.#at] ?? '';
    if (this.#startsWith('//') || char === '#') this.#lineComment();
    else if (this.#startsWith('/*')) this.#blockComment('*/');
    else if (this.#startsWith('{#')) this.#blockComment('#}');
    else if (char === '\\') this.#escaped();
    else if (char === '}' && this.#declared) this.#endDeclaration();
    else if (SEPARATORS.test(char)) this.#at++;
    else
      this.#fail(
        'bad-character',
        this.#at,
        `"${String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0)}" is no hex digit`,
      );
  }

  /** False: it is read as usual. */
  #takeEmbedded(): boolean {
    const taken = this.#embedded?.(this.#text, this.#at, this.#length) ?? null;
    if (taken === null) return false;
    if ('code' in taken) this.#error = taken;
    else this.#at += taken.length;
    return true;
  }

  /** `\xHH`, exactly: in `\x01ab` nobody can tell whether `ab` is a byte or two letters. */
  #escaped(): void {
    const at = this.#at;
    const pair = /^\\[xX]([0-9a-f]{2})(?![0-9a-f])/i.exec(this.#text.slice(at, at + 5));
    if (!pair) {
      this.#fail('bad-character', at, 'Here a backslash stands only in \\xHH, one byte each');
      return;
    }
    this.#bytes[this.#length++] = parseInt(pair[1] ?? '', 16);
    this.#at += 4;
  }

  #lineComment(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end === -1 ? this.#text.length : end + 1;
  }

  #blockComment(close: string): void {
    const end = this.#text.indexOf(close, this.#at + 2);
    if (end === -1)
      this.#fail('open-comment', this.#at, `This comment is not closed with ${close}`);
    else this.#at = end + 2;
  }

  #endDeclaration(): void {
    this.#at++;
    const rest = this.#text.slice(this.#at);
    if (rest.length > MAX_DECLARATION || !AFTER_DECLARATION.test(rest))
      this.#fail('bad-character', this.#at, 'After the array there is more than its end');
    else this.#at = this.#text.length;
  }

  #fail(code: PayloadError['code'], at: number, message: string): void {
    const found = String.fromCodePoint(this.#text.codePointAt(at) ?? 0);
    this.#error = failed(code, at, found, message).error;
  }
}
