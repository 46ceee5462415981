import type { Checksum } from './checksum';
import { findChecksum } from './checksum';
import type { NumberType } from './number-type';
import { fits, NUMBER_TYPES, rangeText, readNumber } from './number-type';
import type { PayloadUse } from './payload-template';
import { MAX_PAYLOAD_BYTES, VARIABLE_NAME } from './payload-template';
import type { ByteRange, CounterPlaceholder, NumberSource, Placeholder } from './placeholder';
import { findCrc, PLACEHOLDER_USAGE, SUM_NAMES, usageOf } from './placeholder-names';
import type { PayloadError, PayloadErrorCode } from './problem';

/** More is no placeholder any more. */
const MAX_BODY = 4200;

interface Word {
  text: string;
  at: number;
}

/** Stops the reading of a placeholder at what is wrong with it. */
class Wrong extends Error {
  readonly error: PayloadError;

  constructor(code: PayloadErrorCode, { at, text }: Word, message: string, usage?: string) {
    super(message);
    const found = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    this.error = { code, at, found, message, ...(usage === undefined ? {} : { usage }) };
  }
}

export type ReadPlaceholder =
  { ok: true; placeholder: Placeholder; length: number } | { ok: false; error: PayloadError };

/** The placeholder that begins with `{{` at `at`. */
export function readPlaceholder(text: string, at: number, use: PayloadUse): ReadPlaceholder {
  const end = text.slice(at, at + MAX_BODY).indexOf('}}');
  try {
    if (end === -1) {
      const found = { text: text.slice(at, at + 20), at };
      throw new Wrong(
        'open-placeholder',
        found,
        'This placeholder is not closed with }}; a plain {{ is written {{{{',
      );
    }
    const length = end + 2;
    const body = { text: text.slice(at + 2, at + end), at: at + 2 };
    const whole = { text: text.slice(at, at + length), at };
    return { ok: true, placeholder: new Reader(body, whole, use).read(), length };
  } catch (thrown) {
    if (thrown instanceof Wrong) return { ok: false, error: thrown.error };
    throw thrown;
  }
}

/** Reads what stands between the braces, word by word. */
class Reader {
  readonly #body: Word;
  readonly #whole: Word;
  readonly #use: PayloadUse;
  readonly #words: Word[];
  #next = 0;
  #usage = '';

  constructor(body: Word, whole: Word, use: PayloadUse) {
    this.#body = body;
    this.#whole = whole;
    this.#use = use;
    this.#words = [...body.text.matchAll(/\S+/g)].map((match) => ({
      text: match[0],
      at: body.at + match.index,
    }));
  }

  read(): Placeholder {
    const head = this.#word();
    const name = /^\$|^[^:]*/.exec(head.text.toLowerCase())?.[0] ?? '';
    this.#usage = usageOf(name);
    const type = NUMBER_TYPES.get(name);
    const read = type ? this.#number(type) : this.#known(name, head);
    const extra = this.#words[this.#next];
    if (extra) throw this.#bad(extra);
    return read;
  }

  #known(name: string, head: Word): Placeholder {
    switch (name) {
      case 'random':
        return { kind: 'random', lengthBytes: this.#length() };
      case 'uuid':
      case 'hostname':
      case 'host':
        return { kind: name };
      case 'now':
        return { kind: 'now', form: this.#take('http') === 'http' ? 'http' : 'iso' };
      case 'len':
        return this.#lengthOf();
      case 'crc':
        return this.#checksum(this.#model());
      case 'file':
        return this.#file(head);
      case 'rx':
        this.#onlyInReplies();
        return { kind: 'request', range: this.#range() ?? { from: 0, to: null } };
      default:
        return this.#source(name, head) ?? this.#sum(name, head);
    }
  }

  /** What a typed number may be of as well. */
  #source(name: string, head: Word): Exclude<NumberSource, { kind: 'literal' }> | null {
    switch (name) {
      case 'counter':
        return this.#counter(head);
      case 'unix':
        return { kind: 'unix', unitMs: 1000 };
      case 'unixms':
        return { kind: 'unix', unitMs: 1 };
      case 'var':
        return { kind: 'variable', name: this.#name(this.#word()) };
      case '$': {
        const index = /^\$(\d{1,2})$/.exec(head.text)?.[1];
        if (index === undefined) throw this.#bad(head);
        this.#onlyInReplies();
        return { kind: 'group', index: Number(index) };
      }
      default:
        return null;
    }
  }

  #sum(name: string, head: Word): Placeholder {
    const sum = SUM_NAMES.includes(name) ? findChecksum(name) : null;
    if (sum) return this.#checksum(sum);
    throw new Wrong(
      'unknown-placeholder',
      { text: head.text, at: this.#whole.at },
      `There is no placeholder "${head.text.slice(0, 60)}"; a plain {{ is written {{{{. There are ${Object.keys(PLACEHOLDER_USAGE).slice(0, -1).join(', ')}, $1, u8, u16be … f64le, ${SUM_NAMES.join(', ')}`,
    );
  }

  #number(type: NumberType): Placeholder {
    const word = this.#word();
    const literal = readNumber(word.text, type);
    if (literal !== null) {
      if (!fits(literal, type)) throw notOfType(word, type);
      return { kind: 'number', type, value: { kind: 'literal', value: literal } };
    }
    const name = /^\$|^[^:]*/.exec(word.text.toLowerCase())?.[0] ?? '';
    const value = this.#source(name, word);
    if (value === null) throw notOfType(word, type);
    return { kind: 'number', type, value };
  }

  /** `counter:03 NAME from 1 step 1`, each but the first word optional. */
  #counter(head: Word): CounterPlaceholder {
    const width = /^counter(?::(\d{1,2}))?$/i.exec(head.text);
    if (!width) throw this.#bad(head);
    const counter = { name: '', start: 1, step: 1 };
    const next = this.#words[this.#next];
    if (next && next.text !== 'from' && next.text !== 'step')
      counter.name = this.#name(this.#word());
    if (this.#take('from') !== null) counter.start = this.#whole32();
    if (this.#take('step') !== null) counter.step = this.#whole32();
    return { kind: 'counter', counter, width: Number(width[1] ?? 0) };
  }

  #whole32(): number {
    const word = this.#word();
    if (!/^-?\d{1,15}$/.test(word.text)) throw this.#bad(word);
    return Number(word.text);
  }

  #length(): number {
    const word = this.#word();
    const length = /^\d{1,9}$/.test(word.text) ? Number(word.text) : -1;
    if (length < 0) throw this.#bad(word);
    if (length > MAX_PAYLOAD_BYTES) throw tooLong(word);
    return length;
  }

  #lengthOf(): Placeholder {
    const word = this.#word();
    const name = word.text.toLowerCase();
    const type = name === 'text' ? 'text' : NUMBER_TYPES.get(name);
    if (!type || (type !== 'text' && type.kind === 'float')) throw this.#bad(word);
    return { kind: 'length', type, range: this.#range() };
  }

  #model(): Checksum {
    const word = this.#word();
    const checksum = findCrc(word.text);
    if (checksum) return checksum;
    throw new Wrong(
      'unknown-checksum',
      word,
      `There is no CRC "${word.text.slice(0, 60)}". Names are those of the reveng catalogue, such as CRC-16/MODBUS, CRC-16/IBM-3740, CRC-32/ISO-HDLC`,
    );
  }

  #checksum(checksum: Checksum): Placeholder {
    const range = this.#range();
    const form = this.#take('be', 'le', 'hex') ?? 'be';
    return { kind: 'checksum', checksum, form, range };
  }

  /** The rest as it is written, without quotes around it. */
  #file(head: Word): Placeholder {
    const rest = this.#body.text.slice(head.at + head.text.length - this.#body.at).trim();
    const path = /^"(.*)"$/s.exec(rest)?.[1] ?? rest;
    if (path === '') throw this.#bad(this.#whole);
    this.#next = this.#words.length;
    return { kind: 'file', path };
  }

  /** `2..6`, `-4..`; null: something else comes. */
  #range(): ByteRange | null {
    const word = this.#words[this.#next];
    if (!word?.text.includes('..')) return null;
    const parts = /^(-?\d{1,9})?\.\.(-?\d{1,9})?$/.exec(word.text);
    if (!parts) throw this.#bad(word);
    this.#next++;
    const [, from, to] = parts;
    return { from: Number(from ?? 0), to: to === undefined ? null : Number(to) };
  }

  #name(word: Word): string {
    if (VARIABLE_NAME.test(word.text)) return word.text;
    throw this.#bad(word);
  }

  #word(): Word {
    const word = this.#words[this.#next];
    if (!word) throw this.#bad(this.#whole);
    this.#next++;
    return word;
  }

  /** One of these words, when it is the next. */
  #take<Text extends string>(...texts: Text[]): Text | null {
    const next = this.#words[this.#next]?.text.toLowerCase();
    const found = texts.find((text) => text === next) ?? null;
    if (found !== null) this.#next++;
    return found;
  }

  #onlyInReplies(): void {
    if (this.#use === 'reply') return;
    throw new Wrong(
      'only-in-replies',
      this.#whole,
      `${this.#whole.text} stands for bytes of what is answered: it has a meaning only in replies of rules`,
    );
  }

  #bad(word: Word): Wrong {
    const message = `"${word.text.slice(0, 60)}" is not how it is written. Example: ${this.#usage}`;
    return new Wrong('bad-placeholder', word, message, this.#usage);
  }
}

function notOfType(word: Word, type: NumberType): Wrong {
  const range = rangeText(type);
  return new Wrong(
    'placeholder-number',
    word,
    `"${word.text.slice(0, 60)}" is no ${type.name}: that has ${range}, or may be counter, unix, unixms, var NAME`,
    range,
  );
}

function tooLong(word: Word): Wrong {
  return new Wrong('too-long', word, `A payload has at most ${MAX_PAYLOAD_BYTES} bytes`);
}
