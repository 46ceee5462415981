import { rowEventOf } from '../contract/row-words';
import { parseTime } from '../address/quantity';
import type { Charset } from '../encoding/charset';
import { parseHex } from '../payload/hex';
import type { Pattern } from '../payload/pattern';
import { parsePattern } from '../payload/pattern';
import { parseText } from '../payload/text';
import { decodedTerm, isDecoded } from './decoded-field';
import type { Comparison, Filter, FilterError, FilterErrorCode, RowWay } from './filter';
import type { Token } from './lexer';

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

export const EXAMPLES = {
  whole: 'dir:rx and len>64 and hex:01 03',
  way: 'dir:rx, dir:tx, dir:sys or dir:err',
  number: 'len>64',
  delta: 'delta>1s',
  time: 'time>14:02 or time>=2026-01-31T14:02:03.5',
  peer: 'peer:192.168.1.*',
  event: 'event:closed',
  decoded: 'decode.modbus.func==3, decode.http.status>=400 or decode.mqtt.topic ~ /^a/',
  pattern: 'hex:01 03 ?? ??, text:"OK\\r\\n" or /^OK \\d+/i',
};

/** What is wrong with a filter, as it is thrown through the parser. */
export class Problem extends Error {
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

/** What one word of a filter says. Throws a `Problem`. */
export function term(token: Token, charset: Charset): Filter {
  if (isDecoded(token)) return decoded(token);
  if (token.text.toLowerCase() === 'mark' && !token.quoted) return { kind: 'mark' };
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
    case 'note':
      return note(token);
    case 'rule':
      throw new Problem(
        'unknown-rule',
        `There is no rule "${token.value}" here: what it means is not known`,
        token.at,
        token.text,
        EXAMPLES.whole,
      );
    case 'hex':
      return pattern(token, `hex:${token.value}`, charset);
    case 'text':
      return pattern(token, token.quoted ? `text:${token.value}` : token.text, charset);
    default:
      throw new Problem(
        'unknown-field',
        `There is no "${token.field}"; there are dir, peer, len, delta, time, number, event, hex, text and decode.NAME.field. To look for the text itself put it in quotes`,
        token.at,
        token.field,
        `"${token.text}"`,
      );
  }
}

function wrongValue(code: FilterErrorCode, { text, at, value }: Token, example: string): Problem {
  const where = value === '' || value === text ? '' : ` in "${text}"`;
  return new Problem(code, `"${value || text}" is not understood${where}`, at, text, example);
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

function decoded(token: Token): Filter {
  const found = decodedTerm(token);
  if (!found) throw wrongValue('bad-decoded', token, EXAMPLES.decoded);
  return found;
}

/** `note:*`: any note. */
function note({ value }: Token): Filter {
  return { kind: 'note', text: value === '*' ? '' : value.toLowerCase() };
}

function event(token: Token): Filter {
  const found = rowEventOf(token.value.toLowerCase());
  if (found === null) throw wrongValue('bad-event', token, EXAMPLES.event);
  return { kind: 'event', event: found };
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
