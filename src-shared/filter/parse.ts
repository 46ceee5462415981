import { rowEvent } from '../contract/row';
import { parseTime } from '../address/quantity';
import type { Charset } from '../encoding/charset';
import { UTF8 } from '../encoding/unicode';
import { parseHex } from '../payload/hex';
import type { Pattern } from '../payload/pattern';
import { parsePattern } from '../payload/pattern';
import { parseText } from '../payload/text';
import type {
  Comparison,
  Filter,
  FilterError,
  FilterErrorCode,
  ParsedFilter,
  RowWay,
} from './filter';
import { tokens } from './lexer';
import type { Token } from './lexer';

/** Longer ones are a paste gone wrong. */
const MAX_LENGTH = 4000;
/** Parentheses and `not` within each other. */
const MAX_DEPTH = 64;

const WAYS = new Map<string, RowWay>([
  ['rx', 'in'],
  ['in', 'in'],
  ['tx', 'out'],
  ['out', 'out'],
  ['sys', 'state'],
  ['state', 'state'],
  ['err', 'fault'],
  ['fault', 'fault'],
]);

const EXAMPLES = {
  whole: 'dir:rx and len>64 and hex:01 03',
  way: 'dir:rx, dir:tx, dir:sys or dir:err',
  number: 'len>64',
  delta: 'delta>1s',
  time: 'time>14:02 or time>=2026-01-31T14:02:03.5',
  peer: 'peer:192.168.1.*',
  event: 'event:closed',
  pattern: 'hex:01 03 ?? ??, text:"OK\\r\\n" or /^OK \\d+/i',
};

class Problem extends Error {
  readonly error: FilterError;

  constructor(code: FilterErrorCode, sentence: string, at: number, found: string, example: string) {
    super(sentence);
    const message = `${sentence}. Example: ${example}`;
    this.error = {
      code,
      message,
      at,
      length: Math.max(1, found.length),
      values: { found, example },
    };
  }
}

/**
 * Understands a filter: terms joined by `and` (or nothing), `or`, `not` and parentheses. A term is
 * `dir:rx|tx|sys|err`, `len>64`, `delta>1s`, `time>14:02`, `number>=100`, `peer:192.168.1.*`,
 * `event:closed`, `hex:01 03 ??`, `text:OK`, `/regex/i`, or a word the payload contains as text or,
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

function term(token: Token, charset: Charset): Filter {
  if (token.field === null)
    return token.text.startsWith('/') && !token.quoted
      ? pattern(token, token.text, charset)
      : word(token, charset);
  switch (token.field) {
    case 'dir':
      return way(token);
    case 'len':
    case 'number':
      return amount(
        token,
        token.field,
        /^\d{1,15}$/.test(token.value) ? Number(token.value) : null,
      );
    case 'delta':
      return amount(token, 'delta', parseTime(token.value));
    case 'time':
      return time(token);
    case 'peer':
      if (token.value === '') throw wrongValue('bad-pattern', token, EXAMPLES.peer);
      return { kind: 'peer', glob: token.value.toLowerCase() };
    case 'event':
      return event(token);
    case 'hex':
      return pattern(token, `hex:${token.value}`, charset);
    case 'text':
      return pattern(token, token.quoted ? `text:${token.value}` : token.text, charset);
    default:
      throw new Problem(
        'unknown-field',
        `There is no "${token.field}"; there are dir, peer, len, delta, time, number, event, hex and text. To look for the text itself put it in quotes`,
        token.at,
        token.field,
        `"${token.text}"`,
      );
  }
}

function wrongValue(code: FilterErrorCode, { text, at, value }: Token, example: string): Problem {
  return new Problem(code, `"${value}" is not understood in "${text}"`, at, text, example);
}

function comparison({ operator }: Token): Comparison {
  const sign = operator ?? ':';
  switch (sign) {
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return sign;
    default:
      return '=';
  }
}

function way(token: Token): Filter {
  const is = WAYS.get(token.value.toLowerCase());
  if (!is) throw wrongValue('bad-way', token, EXAMPLES.way);
  const filter: Filter = { kind: 'way', is };
  return token.operator === '!=' ? { kind: 'not', part: filter } : filter;
}

function amount(token: Token, field: 'len' | 'number' | 'delta', value: number | null): Filter {
  if (value === null)
    throw wrongValue('bad-number', token, field === 'delta' ? EXAMPLES.delta : EXAMPLES.number);
  return { kind: 'compare', field, op: comparison(token), value };
}

const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d{1,9})?))?$/;
const DAY_MS = 86_400_000;

function time(token: Token): Filter {
  const op = comparison(token);
  const clock = CLOCK.exec(token.value);
  if (clock) {
    const [hours, minutes, seconds] = [clock[1], clock[2], clock[3] ?? '0'].map(Number);
    const value = ((hours ?? 0) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1000;
    if ((minutes ?? 0) < 60 && (seconds ?? 0) < 60 && value < DAY_MS)
      return { kind: 'time', op, value, daily: true };
  }
  const value = /^\d{4}-\d{2}-\d{2}/.test(token.value) ? Date.parse(token.value) : NaN;
  if (Number.isNaN(value)) throw wrongValue('bad-time', token, EXAMPLES.time);
  return { kind: 'time', op, value, daily: false };
}

function event(token: Token): Filter {
  const found = rowEvent.safeParse(token.value.toLowerCase());
  if (!found.success) throw wrongValue('bad-event', token, EXAMPLES.event);
  return { kind: 'event', event: found.data };
}

/** `offset` is where the pattern's own text begins to differ from the token's. */
function pattern(token: Token, text: string, charset: Charset): Filter {
  const parsed = parsePattern(text, charset);
  if (!parsed.ok)
    throw new Problem('bad-pattern', parsed.error.message, token.at, token.text, EXAMPLES.pattern);
  return { kind: 'payload', patterns: [parsed.pattern] };
}

/** As text, and as hex when it can be read so. */
function word(token: Token, charset: Charset): Filter {
  const text = parseText(token.value, { escapes: false, lineEnding: 'none', charset });
  if (!text.ok)
    throw new Problem('bad-pattern', text.error.message, token.at, token.text, EXAMPLES.pattern);
  const values = text.bytes;
  if (values.length === 0)
    throw new Problem(
      'missing-term',
      'There is nothing between the quotes',
      token.at,
      token.text,
      EXAMPLES.pattern,
    );
  const patterns: Pattern[] = [exact(values)];
  const hex = token.quoted ? null : parseHex(token.value);
  if (hex?.ok === true && hex.bytes.length > 0) patterns.push(exact(hex.bytes));
  return { kind: 'payload', patterns };
}

function exact(values: Uint8Array): Pattern {
  return { kind: 'bytes', parts: [{ values, masks: new Uint8Array(values.length).fill(0xff) }] };
}
