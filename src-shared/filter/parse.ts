import type { Charset } from '../encoding/charset';
import { UTF8 } from '../encoding/unicode';
import type { Filter, ParsedFilter } from './filter';
import { tokens } from './lexer';
import type { Token } from './lexer';
import { EXAMPLES, Problem, term } from './terms';

/** Longer ones are a paste gone wrong. */
const MAX_LENGTH = 4000;
/** Parentheses and `not` within each other. */
const MAX_DEPTH = 64;

/**
 * Understands a filter: terms joined by `and` (or nothing), `or`, `not` and parentheses. A term is
 * `dir:rx|tx|sys|err`, `len>64`, `delta>1s`, `time>14:02`, `number>=100`, `peer:192.168.1.*`,
 * `event:closed`, `mark`, `note:text`, `decode.modbus.func==3`, `hex:01 03 ??`, `text:OK`, `/regex/i`, or a word the payload contains as text or,
 * if it is one, as hex. Text stands for its bytes in the encoding. Never throws.
 */
export function parseFilter(text: string, charset: Charset = UTF8): ParsedFilter {
  try {
    return { ok: true, filter: new Parser(text, charset).parse() };
  } catch (thrown) {
    if (thrown instanceof Problem) return { ok: false, error: thrown.error };
    throw thrown;
  }
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #charset: Charset;
  #next = 0;

  constructor(text: string, charset: Charset) {
    this.#text = text;
    this.#charset = charset;
    if (text.trim() === '')
      throw new Problem('empty', 'The filter is empty', 0, '', EXAMPLES.whole);
    if (text.length > MAX_LENGTH)
      throw new Problem(
        'too-long',
        `A filter has at most ${MAX_LENGTH} characters`,
        MAX_LENGTH,
        '',
        EXAMPLES.whole,
      );
    const found = tokens(text);
    if ('openAt' in found)
      throw new Problem(
        'open-quote',
        `${text[found.openAt] ?? ''} is opened here and not closed`,
        found.openAt,
        text.slice(found.openAt),
        EXAMPLES.pattern,
      );
    this.#tokens = found;
  }

  parse(): Filter {
    const filter = this.#either(0);
    const rest = this.#peek();
    if (rest)
      throw new Problem('extra-close', 'This ) closes nothing', rest.at, rest.text, EXAMPLES.whole);
    return filter;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #either(depth: number): Filter {
    const parts = [this.#both(depth)];
    while (this.#peek()?.kind === 'or') {
      this.#next++;
      parts.push(this.#both(depth));
    }
    const [only] = parts;
    return parts.length === 1 && only ? only : { kind: 'any', parts };
  }

  #both(depth: number): Filter {
    const parts = [this.#one(depth)];
    for (;;) {
      const token = this.#peek();
      if (!token || token.kind === 'or' || token.kind === 'close') break;
      if (token.kind === 'and') this.#next++;
      parts.push(this.#one(depth));
    }
    const [only] = parts;
    return parts.length === 1 && only ? only : { kind: 'all', parts };
  }

  #one(depth: number): Filter {
    const token = this.#peek();
    if (!token || token.kind === 'and' || token.kind === 'or' || token.kind === 'close') {
      const at = token?.at ?? this.#text.length;
      const text = token?.text ?? '';
      throw new Problem(
        'missing-term',
        'Something to look for is missing here',
        at,
        text,
        EXAMPLES.whole,
      );
    }
    if (depth >= MAX_DEPTH)
      throw new Problem(
        'too-long',
        'The filter is nested too deep',
        token.at,
        token.text,
        EXAMPLES.whole,
      );
    this.#next++;
    if (token.kind === 'not') return { kind: 'not', part: this.#one(depth + 1) };
    if (token.kind === 'word') return term(token, this.#charset);
    const inner = this.#either(depth + 1);
    if (this.#peek()?.kind !== 'close')
      throw new Problem('missing-close', 'This ( is not closed', token.at, '(', EXAMPLES.whole);
    this.#next++;
    return inner;
  }
}
