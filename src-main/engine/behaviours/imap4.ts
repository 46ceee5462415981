import { isRefusedPassword, MAX_MISTAKES, passwordOfPlain, shown } from './command-line';
import { readImapCommand, type Ending, type ImapCommand } from './imap-command';
import { ImapSelection } from './imap-selection';
import { TOO_LONG } from './input';
import type { ServerContent } from './server-content';
import type { Client, Part, Piece, Talk } from './talk';

const CAPABILITIES = 'IMAP4rev1 AUTH=PLAIN UNSELECT';
const WITH_TLS = `${CAPABILITIES} STARTTLS`;

/** RFC 3501, with one mailbox: the INBOX of the engine's servers. */
class Imap4Server {
  readonly #content: ServerContent;
  readonly #client: Client;
  #authenticated = false;
  #selected: ImapSelection | null = null;
  #over = false;

  constructor(content: ServerContent, client: Client) {
    this.#content = content;
    this.#client = client;
  }

  *talk(): Talk {
    yield `* OK [CAPABILITY ${this.#capabilities}] Wirebench IMAP4 ready\r\n`;
    for (let mistakes = 0; !this.#over && mistakes < MAX_MISTAKES;) {
      const command = yield* readImapCommand(this.#client, this.#content.room);
      if (command === null) return;
      if ('bad' in command) {
        mistakes += 1;
        yield `${command.tag} BAD ${command.bad}\r\n`;
        if (command.fatal) break;
        continue;
      }
      if (command.name === 'STARTTLS') {
        yield* this.#startTls(command.tag);
        continue;
      }
      const ending = yield* this.#do(command);
      if (ending === null) return;
      if (ending.startsWith('BAD')) mistakes += 1;
      // Numbers of mails must not change under a command that uses them (§7.4.1).
      if (this.#selected && !/^(?:FETCH|STORE|SEARCH)$/.test(command.name))
        yield* this.#selected.changes();
      yield `${command.tag} ${ending}\r\n`;
    }
    if (!this.#over) yield '* BYE too many mistakes\r\n';
  }

  get #capabilities(): string {
    return this.#client.canStartTls ? WITH_TLS : CAPABILITIES;
  }

  /** Its answer comes before TLS, so it says that itself. */
  *#startTls(tag: string): Part<void> {
    const can = !this.#authenticated && this.#client.canStartTls;
    yield can ? `${tag} OK go on with TLS\r\n` : `${tag} BAD there is no TLS to start\r\n`;
    if (can) yield* this.#client.startTls();
  }

  /** Null: the peer has gone. */
  *#do(command: ImapCommand): Part<Ending | null> {
    switch (command.name) {
      case 'CAPABILITY':
        yield `* CAPABILITY ${this.#capabilities}\r\n`;
        return 'OK done';
      case 'NOOP':
        return 'OK done';
      case 'LOGOUT':
        this.#over = true;
        yield '* BYE Wirebench closes\r\n';
        return 'OK bye';
      case 'LOGIN':
      case 'AUTHENTICATE':
        if (this.#authenticated) return 'BAD you are logged in';
        return yield* command.name === 'LOGIN' ? this.#logIn(command) : this.#authenticate(command);
      default:
        if (!this.#authenticated) return 'BAD log in first, or that is no command';
        return yield* this.#authenticatedDo(command);
    }
  }

  // eslint-disable-next-line require-yield
  *#logIn({ arguments: given }: ImapCommand): Part<Ending> {
    const name = given.next();
    const password = given.next();
    if (name === null || password === null) return 'BAD say LOGIN, a name and a password';
    return this.#letIn(password);
  }

  *#authenticate({ arguments: given }: ImapCommand): Part<Ending | null> {
    if (given.next()?.toUpperCase() !== 'PLAIN') return 'NO PLAIN is known here';
    yield '+ \r\n';
    const line = yield* this.#client.input.line(8192);
    if (line === null) return null;
    if (line === '*' || line === TOO_LONG) return 'BAD given up';
    const password = passwordOfPlain(line);
    return password === null ? 'BAD that is not what PLAIN says' : this.#letIn(password);
  }

  #letIn(password: string): Ending {
    if (isRefusedPassword(password)) return 'NO [AUTHENTICATIONFAILED] that password is refused';
    this.#authenticated = true;
    return `OK [CAPABILITY ${this.#capabilities}] welcome`;
  }

  *#authenticatedDo(command: ImapCommand): Part<Ending> {
    const { name, arguments: given } = command;
    switch (name) {
      case 'SELECT':
      case 'EXAMINE':
        return yield* this.#select(given.next(), name === 'EXAMINE');
      case 'LIST':
      case 'LSUB':
        return yield* list(name, given.next(), given.next());
      case 'STATUS':
        return yield* this.#status(given.next(), given.list());
      case 'APPEND':
        return this.#append(command);
      case 'CREATE':
      case 'DELETE':
      case 'RENAME':
        return 'NO there is only the INBOX';
      case 'SUBSCRIBE':
      case 'UNSUBSCRIBE':
        return isInbox(given.next()) ? 'OK done' : 'NO there is only the INBOX';
      default:
        if (!this.#selected) return `BAD "${shown(name)}" is no command, or SELECT first`;
        return yield* this.#selectedDo(this.#selected, command);
    }
  }

  *#selectedDo(selected: ImapSelection, command: ImapCommand): Part<Ending> {
    switch (command.name) {
      case 'CLOSE':
        selected.removeDeleted();
        this.#selected = null;
        return 'OK closed';
      case 'UNSELECT':
        this.#selected = null;
        return 'OK done';
      case 'UID': {
        const name = command.arguments.next()?.toUpperCase() ?? '';
        return yield* selected.do(name, command.arguments, true, this.#client);
      }
      default:
        return yield* selected.do(command.name, command.arguments, false, this.#client);
    }
  }

  *#select(name: string | null, readOnly: boolean): Part<Ending> {
    this.#selected = null;
    if (!isInbox(name)) return 'NO there is only the INBOX';
    const selected = new ImapSelection(this.#content, readOnly);
    this.#selected = selected;
    yield* selected.opening();
    return readOnly ? 'OK [READ-ONLY] selected' : 'OK [READ-WRITE] selected';
  }

  *#status(name: string | null, items: string | null): Part<Ending> {
    if (!isInbox(name)) return 'NO there is only the INBOX';
    const { mails, nextUid } = this.#content.mailbox;
    const values = new Map([
      ['MESSAGES', mails.length],
      ['RECENT', 0],
      ['UIDNEXT', nextUid],
      ['UIDVALIDITY', 1],
      ['UNSEEN', mails.filter(({ flags }) => !flags.has('\\Seen')).length],
    ]);
    const wanted = (items ?? '').toUpperCase().split(' ');
    if (wanted.some((item) => !values.has(item))) return 'BAD that status is not known';
    yield `* STATUS INBOX (${wanted.map((item) => `${item} ${values.get(item) ?? 0}`).join(' ')})\r\n`;
    return 'OK done';
  }

  #append({ arguments: given }: ImapCommand): Ending {
    const name = given.next();
    const flags = given.list();
    // A date may stand before the literal; the mail keeps the time at which it came.
    let bytes = given.lastLiteral();
    if (bytes === null) {
      given.next();
      bytes = given.lastLiteral();
    }
    if (bytes === null) return 'BAD say APPEND INBOX, flags if any, and a literal';
    if (!isInbox(name)) return 'NO [TRYCREATE] there is only the INBOX';
    const { room, mailbox } = this.#content;
    const wanted = (flags ?? '').split(' ').filter((flag) => /^\\[A-Za-z]{1,20}$/.test(flag));
    if (!room.take(bytes.length)) return 'NO there is no room; delete some mails';
    return mailbox.add(bytes, wanted) ? 'OK kept' : 'NO there are too many mails';
  }
}

function* list(command: string, reference: string | null, pattern: string | null) {
  if (reference === null || pattern === null)
    return `BAD say ${command}, a reference and a pattern` satisfies Ending;
  const line = (flags: string, name: string): Piece => `* ${command} (${flags}) "/" ${name}\r\n`;
  const whole = `${reference}${pattern}`.toUpperCase();
  const expression = whole.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/[*%]+/g, '.*');
  if (pattern === '') yield line('\\Noselect', '""');
  else if (new RegExp(`^${expression}$`).test('INBOX')) yield line('\\HasNoChildren', 'INBOX');
  return 'OK done' satisfies Ending;
}

function isInbox(name: string | null): boolean {
  return name?.toUpperCase() === 'INBOX';
}

export function imap4(content: ServerContent, client: Client): Talk {
  return new Imap4Server(content, client).talk();
}
