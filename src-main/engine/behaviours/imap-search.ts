import { headField, headLength } from './dot-text';
import type { Arguments } from './imap-command';
import { isInSet, parseSet } from './imap-set';
import type { Mail } from './mailbox';

/** Words of the text are looked for in so much of each mail. */
const LOOKED_BYTES = 16 * 1024;
const MAX_KEYS = 16;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Whether a mail is one of those looked for; `number` is its place in the mailbox. */
export type Match = (mail: Mail, number: number) => boolean;

const FLAGS = new Map([
  ['ANSWERED', '\\Answered'],
  ['DELETED', '\\Deleted'],
  ['DRAFT', '\\Draft'],
  ['FLAGGED', '\\Flagged'],
  ['SEEN', '\\Seen'],
]);

/** RFC 3501 §6.4.4. Null: something in it is not understood. */
export function parseSearch(from: Arguments, mails: readonly Mail[]): Match | null {
  return new SearchParser(from, mails).all();
}

class SearchParser {
  readonly #from: Arguments;
  readonly #mails: readonly Mail[];
  #keys = 0;

  constructor(from: Arguments, mails: readonly Mail[]) {
    this.#from = from;
    this.#mails = mails;
  }

  /** All keys up to the end or a closing parenthesis. */
  all(): Match | null {
    const keys: Match[] = [];
    while (!this.#from.atEnd && !this.#from.take(')')) {
      const key = this.#key();
      if (key === null) return null;
      keys.push(key);
    }
    return keys.length === 0 ? null : (mail, number) => keys.every((key) => key(mail, number));
  }

  #key(): Match | null {
    this.#keys += 1;
    if (this.#keys > MAX_KEYS) return null;
    if (this.#from.take('(')) return this.all();
    const word = this.#from.next()?.toUpperCase() ?? '';
    const flag = FLAGS.get(word) ?? FLAGS.get(word.replace(/^UN/, ''));
    if (flag !== undefined) return ({ flags }) => flags.has(flag) !== word.startsWith('UN');
    switch (word) {
      case 'ALL':
      case 'OLD':
        return () => true;
      case 'NEW':
      case 'RECENT':
        return () => false;
      case 'CHARSET':
        return this.#from.next() === null ? null : this.#key();
      case 'NOT': {
        const not = this.#key();
        return not && ((mail, number) => !not(mail, number));
      }
      case 'OR': {
        const one = this.#key();
        const other = one && this.#key();
        return other && ((mail, number) => one(mail, number) || other(mail, number));
      }
      default:
        return this.#withArgument(word);
    }
  }

  #withArgument(word: string): Match | null {
    if (/^[\d*]/.test(word))
      return this.#numbers(word, (_mail, number) => number, this.#mails.length);
    const argument = this.#from.next();
    if (argument === null) return null;
    const wanted = argument.toLowerCase();
    const inField =
      (name: string): Match =>
      (mail) =>
        headField(mail.bytes, name)?.toLowerCase().includes(wanted) === true;
    switch (word) {
      case 'UID':
        return this.#numbers(argument, ({ uid }) => uid, this.#mails.at(-1)?.uid ?? 0);
      case 'SUBJECT':
      case 'FROM':
      case 'TO':
      case 'CC':
      case 'BCC':
        return inField(word.toLowerCase());
      case 'HEADER': {
        const value = this.#from.next()?.toLowerCase();
        if (value === undefined) return null;
        return ({ bytes }) => headField(bytes, wanted)?.toLowerCase().includes(value) === true;
      }
      case 'BODY':
        return ({ bytes }) => beginning(bytes.subarray(headLength(bytes))).includes(wanted);
      case 'TEXT':
        return ({ bytes }) => beginning(bytes).includes(wanted);
      case 'KEYWORD':
      case 'UNKEYWORD':
        return ({ flags }) => flags.has(argument) === (word === 'KEYWORD');
      default:
        return measured(word, argument);
    }
  }

  #numbers(text: string, numberOf: (mail: Mail, number: number) => number, largest: number) {
    const set = parseSet(text, largest);
    return set && ((mail: Mail, number: number) => isInSet(set, numberOf(mail, number)));
  }
}

/** By size, and by date of arrival or of the mail itself. */
function measured(word: string, argument: string): Match | null {
  if (word === 'LARGER' || word === 'SMALLER') {
    if (!/^\d{1,10}$/.test(argument)) return null;
    const size = Number(argument);
    return ({ bytes }) => (word === 'LARGER' ? bytes.length > size : bytes.length < size);
  }
  const day = /^\d{1,2}-\w{3}-\d{4}$/.test(argument) ? Date.parse(`${argument} UTC`) : NaN;
  if (Number.isNaN(day)) return null;
  const sent = word.startsWith('SENT');
  const at = (mail: Mail) =>
    sent ? Date.parse(headField(mail.bytes, 'date') ?? '') : mail.receivedAt;
  switch (word.replace(/^SENT/, '')) {
    case 'BEFORE':
      return (mail) => at(mail) < day;
    case 'ON':
      return (mail) => at(mail) >= day && at(mail) < day + DAY_MS;
    case 'SINCE':
      return (mail) => at(mail) >= day;
    default:
      return null;
  }
}

function beginning(bytes: Buffer): string {
  return bytes.toString('latin1', 0, LOOKED_BYTES).toLowerCase();
}
