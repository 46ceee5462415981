import { parseFetch, sayFetch, type FetchItem } from './imap-fetch';
import type { Arguments, Ending } from './imap-command';
import { parseSearch } from './imap-search';
import { isInSet, parseSet } from './imap-set';
import type { Mail } from './mailbox';
import type { ServerContent } from './server-content';
import { breathe, type Client, type Part } from './talk';

const FLAGS = '\\Answered \\Flagged \\Deleted \\Seen \\Draft';
const MAX_FLAGS = 20;

/** So many mails are looked through before others get a turn. */
const MAILS_AT_ONCE = 20;

const CHANGED: Ending = 'NO the mailbox is open for reading only';

/** The INBOX as one connection has it selected: its numbers change only when it is told. */
export class ImapSelection {
  readonly #content: ServerContent;
  readonly #readOnly: boolean;
  #mails: readonly Mail[];

  constructor(content: ServerContent, readOnly: boolean) {
    this.#content = content;
    this.#readOnly = readOnly;
    this.#mails = content.mailbox.mails;
  }

  *opening(): Part<void> {
    yield `* ${this.#mails.length} EXISTS\r\n* 0 RECENT\r\n* FLAGS (${FLAGS})\r\n`;
    const unseen = this.#mails.findIndex(({ flags }) => !flags.has('\\Seen'));
    if (unseen !== -1) yield `* OK [UNSEEN ${unseen + 1}] the first unseen\r\n`;
    yield `* OK [PERMANENTFLAGS (${this.#readOnly ? '' : `${FLAGS} \\*`})] kept\r\n`;
    yield `* OK [UIDVALIDITY 1] as long as Wirebench runs\r\n`;
    yield `* OK [UIDNEXT ${this.#content.mailbox.nextUid}] the next\r\n`;
  }

  /** What others have added and removed. */
  *changes(): Part<void> {
    const now = this.#content.mailbox.mails;
    if (now === this.#mails) return;
    const there = new Set(now);
    const before = this.#mails;
    this.#mails = now;
    // From the end, so that the numbers before stay what they are.
    for (let at = before.length - 1; at >= 0; at--) {
      const mail = before[at];
      if (mail && !there.has(mail)) yield `* ${at + 1} EXPUNGE\r\n`;
    }
    yield `* ${now.length} EXISTS\r\n`;
  }

  removeDeleted(): void {
    if (this.#readOnly) return;
    const deleted = this.#mails.filter(({ flags }) => flags.has('\\Deleted'));
    this.#content.mailbox.remove(new Set(deleted));
  }

  /** `byUid`: after UID. */
  *do(name: string, given: Arguments, byUid: boolean, client: Client): Part<Ending> {
    switch (name) {
      case 'FETCH':
        return yield* this.#fetch(given, byUid);
      case 'STORE':
        return yield* this.#store(given, byUid);
      case 'SEARCH':
        return yield* this.#search(given, byUid, client);
      case 'COPY':
        return 'NO [TRYCREATE] there is only the INBOX';
      case 'CHECK':
        return 'OK done';
      case 'EXPUNGE':
        if (this.#readOnly) return CHANGED;
        this.removeDeleted();
        yield* this.changes();
        return 'OK done';
      default:
        return 'BAD that is no command';
    }
  }

  /** The mails of a set with their numbers; null: it is no set. */
  #chosen(text: string | null, byUid: boolean): [number, Mail][] | null {
    const largest = byUid ? (this.#mails.at(-1)?.uid ?? 0) : this.#mails.length;
    const set = text === null ? null : parseSet(text, largest);
    if (set === null) return null;
    const found: [number, Mail][] = [];
    for (const [at, mail] of this.#mails.entries())
      if (isInSet(set, byUid ? mail.uid : at + 1)) found.push([at + 1, mail]);
    return found;
  }

  *#fetch(given: Arguments, byUid: boolean): Part<Ending> {
    const chosen = this.#chosen(given.next(), byUid);
    const wanted = parseFetch(given.rest() ?? '');
    if (!chosen || !wanted) return 'BAD say FETCH, a set of numbers and items that are known';
    const uid: FetchItem = {
      name: 'UID',
      section: null,
      fields: null,
      partial: null,
      marks: false,
    };
    const items = byUid && !wanted.some(({ name }) => name === 'UID') ? [uid, ...wanted] : wanted;
    for (const [number, mail] of chosen) {
      const marks = !this.#readOnly && !mail.flags.has('\\Seen') && items.some((one) => one.marks);
      if (marks) mail.flags.add('\\Seen');
      yield* sayFetch(number, mail, items);
      if (marks) yield `* ${number} FETCH (FLAGS (${[...mail.flags].join(' ')}))\r\n`;
    }
    return 'OK done';
  }

  *#store(given: Arguments, byUid: boolean): Part<Ending> {
    const chosen = this.#chosen(given.next(), byUid);
    const how = /^([+-]?)FLAGS(\.SILENT)?$/i.exec(given.next() ?? '');
    const text = given.list() ?? given.rest();
    const flags = (text ?? '').split(' ').filter((flag) => flag !== '');
    if (!chosen || !how || flags.length > MAX_FLAGS || !flags.every((flag) => FLAG.test(flag)))
      return 'BAD say STORE, a set of numbers, FLAGS +FLAGS or -FLAGS, and flags';
    if (this.#readOnly) return CHANGED;
    for (const [number, mail] of chosen) {
      if (how[1] === '') mail.flags.clear();
      for (const flag of flags) {
        if (how[1] === '-') mail.flags.delete(flag);
        else if (mail.flags.size < MAX_FLAGS) mail.flags.add(flag);
      }
      if (how[2] !== undefined) continue;
      const uid = byUid ? ` UID ${mail.uid}` : '';
      yield `* ${number} FETCH (FLAGS (${[...mail.flags].join(' ')})${uid})\r\n`;
    }
    return 'OK done';
  }

  *#search(given: Arguments, byUid: boolean, client: Client): Part<Ending> {
    const mails = this.#mails;
    const match = parseSearch(given, mails);
    if (!match) return 'BAD that search is not understood here, or has too many keys';
    yield '* SEARCH';
    for (const [at, mail] of mails.entries()) {
      if (match(mail, at + 1)) yield ` ${byUid ? mail.uid : at + 1}`;
      if (at % MAILS_AT_ONCE === MAILS_AT_ONCE - 1) yield* breathe(client);
    }
    yield '\r\n';
    return 'OK done';
  }
}

const FLAG = /^\\?[A-Za-z$_][\w$-]{0,31}$/;
