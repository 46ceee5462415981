import { TOO_LONG } from './input';
import { MAX_MAIL_BYTES } from './mailbox';
import { Upload, type Room } from './room';
import type { Client, Part } from './talk';

const MAX_LINE = 8 * 1024;

/** Of a command that is not APPEND. */
const MAX_LITERAL = 8 * 1024;
const MAX_LITERALS = 16;

/** In the text of a command, where a literal was; no line holds it otherwise. */
const LITERAL = '\0';

/** A command that can be answered only with BAD. */
export interface BadCommand {
  tag: string;
  bad: string;
  /** What follows cannot be told from commands any more. */
  fatal: boolean;
}

/** The arguments of one command, read from left to right (RFC 3501 §9). */
export class Arguments {
  #text: string;
  readonly #literals: Buffer[];

  constructor(text: string, literals: Buffer[]) {
    this.#text = text;
    this.#literals = literals;
  }

  get atEnd(): boolean {
    return this.#text === '';
  }

  /** What is left, as it was written; null: there is a literal in it. */
  rest(): string | null {
    const text = this.#text;
    this.#text = '';
    return text.includes(LITERAL) ? null : text;
  }

  /** A word, a quoted string or a literal, and the space after it. Null: there is none. */
  next(): string | null {
    if (this.#text.startsWith(LITERAL)) {
      this.#skip(1);
      return this.#literals.shift()?.toString('latin1') ?? null;
    }
    const quoted = /^"((?:[^"\\]|\\["\\])*)"(?= |\)|$)/.exec(this.#text);
    const word = quoted ?? /^([^ "(){\0]+)/.exec(this.#text);
    if (!word) return null;
    this.#skip(word[0].length);
    return quoted ? (quoted[1] ?? '').replace(/\\(.)/g, '$1') : (word[1] ?? '');
  }

  /** The text of a list in parentheses, without them; null: there is none here. */
  list(): string | null {
    const list = /^\(([^()\0]*)\)/.exec(this.#text);
    if (!list) return null;
    this.#skip(list[0].length);
    return list[1] ?? '';
  }

  /** A parenthesis, of a list of lists. */
  take(character: '(' | ')'): boolean {
    if (!this.#text.startsWith(character)) return false;
    this.#skip(1);
    return true;
  }

  /** The bytes of a literal that is the last argument: of APPEND. */
  lastLiteral(): Buffer | null {
    return this.#text === LITERAL ? (this.#literals.shift() ?? null) : null;
  }

  #skip(count: number): void {
    this.#text = this.#text.slice(count).replace(/^ /, '');
  }
}

export interface ImapCommand {
  tag: string;
  /** In capitals. */
  name: string;
  arguments: Arguments;
}

/** One command with its literals. Null: the peer has ended. */
export function* readImapCommand(
  client: Client,
  room: Room,
): Part<ImapCommand | BadCommand | null> {
  const first = yield* client.input.line(MAX_LINE);
  if (first === null) return null;
  if (first === TOO_LONG) return bad('*', `a line has at most ${MAX_LINE} bytes`);
  const [, tag = '*', name = '', start = ''] =
    /^([^ ()*%{"\\+]{1,64}) ([^ ]+) ?(.*)$/s.exec(first) ?? [];
  if (name === '' || first.includes(LITERAL))
    return bad(tag, 'a command is a tag, a space and a name');
  const isAppend = name.toUpperCase() === 'APPEND';
  const literals: Buffer[] = [];
  let text = start;
  for (;;) {
    const [whole, size = '', plus = ''] = /\{(\d{1,10})(\+?)\}$/.exec(text) ?? [];
    if (whole === undefined) break;
    const limit = isAppend ? MAX_MAIL_BYTES : MAX_LITERAL;
    if (Number(size) > limit || literals.length >= MAX_LITERALS)
      return { ...bad(tag, `a literal has at most ${limit} bytes here`), fatal: plus !== '' };
    if (plus === '') yield '+ go on\r\n';
    const literal = yield* readLiteral(client, Number(size), room);
    if (literal === 'gone') return null;
    if (literal === 'no-room') return { ...bad(tag, 'there is no room for it'), fatal: true };
    literals.push(literal);
    const more = yield* client.input.line(MAX_LINE);
    if (more === null) return null;
    if (more === TOO_LONG || more.includes(LITERAL) || text.length > MAX_LINE)
      return bad(tag, `a line has at most ${MAX_LINE} bytes and no NUL`);
    text = `${text.slice(0, -whole.length)}${LITERAL}${more}`;
  }
  return { tag, name: name.toUpperCase(), arguments: new Arguments(text, literals) };
}

/** What is kept of it is paid for again by who keeps it. */
function* readLiteral(client: Client, size: number, room: Room): Part<Buffer | 'gone' | 'no-room'> {
  const upload = new Upload(room, Math.max(size, 1));
  try {
    for (let left = size; left > 0;) {
      const bytes = yield* client.input.some(left);
      if (bytes === null) return 'gone';
      upload.add(bytes);
      if (upload.refused !== null) return 'no-room';
      left -= bytes.length;
    }
    const literal = upload.finish();
    room.give(literal.length);
    return literal;
  } finally {
    upload.discard();
  }
}

function bad(tag: string, why: string): BadCommand {
  return { tag, bad: why, fatal: false };
}

/** What one command ends with: the last line without its tag. */
export type Ending = `OK ${string}` | `NO ${string}` | `BAD ${string}`;
