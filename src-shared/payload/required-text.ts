/*
 * What text every match of a regular expression holds, read off its source: searches look for that
 * first, as finding it costs a hundredth of trying the expression. What is not understood here tells
 * nothing, which is slow and never wrong.
 */

/** More alternatives than these cost more to look for than they save. */
const MAX_TEXTS = 8;
/** One character is everywhere. */
const MIN_UNITS = 2;
const MAX_UNITS = 64;
const MAX_DEPTH = 32;

/** What a part of an expression says of what it matches. */
interface Said {
  /** All of it is this text; null: it may be one of several. */
  exact: string | null;
  /** It holds at least one of these; null: nobody knows. */
  holds: readonly string[] | null;
}

const NOTHING: Said = { exact: null, holds: null };
/** Of what takes no characters: the text around it is not interrupted. */
const EMPTY: Said = { exact: '', holds: null };

/** The source is not understood. */
class Unknown extends Error {}

interface Repeated {
  min: number;
  max: number;
}

/**
 * Texts of which every match holds at least one; null: not known. `keeps`: a character that stands in
 * the text as the expression has it; others are passed over.
 */
export function requiredTexts(
  source: string,
  flags: string,
  keeps: (character: string) => boolean,
): readonly string[] | null {
  try {
    const { exact, holds } = new Reader(source, flags.includes('u'), keeps).whole();
    const texts = exact === null ? holds : [exact];
    return texts?.every(({ length }) => length >= MIN_UNITS) === true ? texts : null;
  } catch (thrown) {
    if (thrown instanceof Unknown) return null;
    throw thrown;
  }
}

class Reader {
  readonly #source: string;
  readonly #unicode: boolean;
  readonly #keeps: (character: string) => boolean;
  #at = 0;

  constructor(source: string, unicode: boolean, keeps: (character: string) => boolean) {
    this.#source = source;
    this.#unicode = unicode;
    this.#keeps = keeps;
  }

  whole(): Said {
    const said = this.#either(0);
    if (this.#at < this.#source.length) throw new Unknown();
    return said;
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  /** What matches from here on; null: nothing was taken. `pattern` is sticky. */
  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source);
    if (match) this.#at += match[0].length;
    return match;
  }

  #either(depth: number): Said {
    if (depth > MAX_DEPTH) throw new Unknown();
    const first = this.#sequence(depth);
    if (this.#source[this.#at] !== '|') return first;
    const all = [first];
    while (this.#take('|')) all.push(this.#sequence(depth));
    const texts = all.map(({ exact, holds }) => (exact === null ? holds : [exact]));
    const known = texts.filter((one) => one !== null).flat();
    const useful = texts.every((one) => one !== null) && known.every((text) => text !== '');
    return { exact: null, holds: useful && known.length <= MAX_TEXTS ? known : null };
  }

  #sequence(depth: number): Said {
    const parts = new Parts();
    for (;;) {
      const next = this.#source[this.#at];
      if (next === undefined || next === '|' || next === ')') return parts.said();
      const said = this.#atom(depth);
      const times = this.#times();
      parts.add(said, times);
    }
  }

  #times(): Repeated | null {
    const match = this.#match(/(?:([*+?])|\{(\d+)(,(\d*))?\})\??/y);
    if (!match) return null;
    const [, sign, from = '', more, to = ''] = match;
    if (sign !== undefined) return { min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Infinity };
    const min = Number(from);
    return { min, max: more === undefined ? min : to === '' ? Infinity : Number(to) };
  }

  #atom(depth: number): Said {
    if (this.#take('(')) return this.#group(depth);
    if (this.#take('^') || this.#take('$')) return EMPTY;
    if (this.#take('.')) return NOTHING;
    if (this.#take('[')) {
      if (!this.#match(/(?:\\[^]|[^\]\\])*\]/y)) throw new Unknown();
      return NOTHING;
    }
    if (this.#take('\\')) return this.#escape();
    const character = this.#character();
    // A brace that counts nothing, and the like, is read by rules of old.
    if (/[*+?{}\]]/.test(character)) throw new Unknown();
    return this.#literal(character);
  }

  #character(): string {
    const point = this.#source.codePointAt(this.#at);
    if (point === undefined) throw new Unknown();
    const character = this.#unicode ? String.fromCodePoint(point) : (this.#source[this.#at] ?? '');
    this.#at += character.length;
    return character;
  }

  #literal(character: string): Said {
    return this.#keeps(character) ? { exact: character, holds: null } : NOTHING;
  }

  #group(depth: number): Said {
    const kind = this.#match(/\?(?::|<?[=!]|<[\p{ID_Start}$_][\p{ID_Continue}$]*>)/uy)?.[0];
    if (kind === undefined && this.#source[this.#at] === '?') throw new Unknown();
    const said = this.#either(depth + 1);
    if (!this.#take(')')) throw new Unknown();
    // What is only looked at takes nothing, and may stand outside of the match.
    return kind !== undefined && /[=!]/.test(kind) ? EMPTY : said;
  }

  #escape(): Said {
    if (this.#match(/[bB]/y)) return EMPTY;
    if (this.#match(/[dDwWsS]/y)) return NOTHING;
    // Groups that were matched before, and octal numbers of old.
    if (this.#match(/[1-9]\d*|k<[^>]*>|c[A-Za-z]/y)) return NOTHING;
    if (this.#unicode && this.#match(/[pP]\{[^}]*\}/y)) return NOTHING;
    if (this.#match(/0(?!\d)/y)) return this.#literal('\0');
    const sign = this.#match(/[nrtvf]/y)?.[0];
    if (sign !== undefined) return this.#literal(SIGNS[sign] ?? '');
    const [, two, four, braced] =
      this.#match(/x([\da-fA-F]{2})|u([\da-fA-F]{4})|u\{([\da-fA-F]{1,6})\}/y) ?? [];
    const hex = two ?? four ?? braced;
    if (braced !== undefined && !this.#unicode) throw new Unknown();
    if (hex !== undefined) return this.#literal(String.fromCodePoint(parseInt(hex, 16)));
    if (/[\p{L}\p{N}]/u.test(this.#source[this.#at] ?? 'x')) throw new Unknown();
    return this.#literal(this.#character());
  }
}

const SIGNS: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  f: '\f',
};

/** What follows each other: literal parts join to one text until something else comes. */
class Parts {
  #run = '';
  #pure = true;
  #holds: readonly string[] | null = null;

  add({ exact, holds }: Said, times: Repeated | null): void {
    if (exact === '' || (times?.min === 1 && times.max === 1)) {
      if (exact === null) this.#interrupt(holds);
      else this.#run += exact;
      return;
    }
    if (times === null) {
      if (exact === null) this.#interrupt(holds);
      else this.#run += exact;
      if (this.#run.length > MAX_UNITS) this.#interrupt(null);
      return;
    }
    if (times.min === 0) {
      this.#interrupt(null);
      return;
    }
    // At least once: the first goes on from what is before, what follows goes on from the last.
    if (exact !== null) this.#run += exact;
    this.#interrupt(holds);
    if (exact !== null) this.#run = exact;
  }

  said(): Said {
    if (this.#pure) return { exact: this.#run, holds: null };
    this.#interrupt(null);
    return { exact: null, holds: this.#holds };
  }

  #interrupt(holds: readonly string[] | null): void {
    this.#pure = false;
    if (this.#run !== '') this.#holds = better(this.#holds, [this.#run]);
    this.#run = '';
    this.#holds = better(this.#holds, holds);
  }
}

/** The longer is the rarer. */
function better(
  a: readonly string[] | null,
  b: readonly string[] | null,
): readonly string[] | null {
  if (a === null || b === null) return a ?? b;
  const [shortA, shortB] = [a, b].map((texts) => Math.min(...texts.map(({ length }) => length)));
  if (shortA !== shortB) return (shortA ?? 0) > (shortB ?? 0) ? a : b;
  return b.length < a.length ? b : a;
}
