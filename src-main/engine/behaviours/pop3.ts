import { heedCommands, isRefusedPassword, shown } from './command-line';
import type { CommandLine, Heard } from './command-line';
import { dotText, headLength } from './dot-text';
import type { Mail } from './mailbox';
import type { ServerContent } from './server-content';
import type { Client, Part, Talk } from './talk';

/** RFC 2449 §4: 255 bytes; some clients say more. */
const MAX_LINE = 512;

const CAPABILITIES = [
  'USER',
  'TOP',
  'UIDL',
  'PIPELINING',
  'RESP-CODES',
  'IMPLEMENTATION Wirebench',
];

/** RFC 1939, over the mailbox of the engine's servers. */
class Pop3Server {
  readonly #content: ServerContent;
  readonly #client: Client;
  #user: string | null = null;
  /** As it was at login (§8); null before. A deleted mail stays in its place. */
  #mails: readonly Mail[] | null = null;
  readonly #deleted = new Set<Mail>();

  constructor(content: ServerContent, client: Client) {
    this.#content = content;
    this.#client = client;
  }

  *talk(): Talk {
    yield '+OK Wirebench POP3 ready\r\n';
    const manners = { maxLine: MAX_LINE, tooLong: '-ERR', tooMany: '-ERR' };
    yield* heedCommands(this.#client.input, manners, (command) => this.#heed(command));
  }

  *#heed(command: CommandLine): Part<Heard> {
    if (command.verb === 'QUIT') {
      // §6: only now are they deleted.
      this.#content.mailbox.remove(this.#deleted);
      yield '+OK closes\r\n';
      return 'over';
    }
    return (yield* this.#do(command)) ? 'known' : 'mistake';
  }

  /** False: that was no command. */
  *#do(command: CommandLine): Part<boolean> {
    switch (command.verb) {
      case 'CAPA':
        yield `+OK\r\n${this.#capabilities().join('\r\n')}\r\n.\r\n`;
        return true;
      case 'NOOP':
        yield this.#mails ? '+OK\r\n' : '-ERR log in first\r\n';
        return true;
      case 'STLS':
        yield* this.#startTls();
        return true;
      case 'USER':
      case 'PASS':
        yield this.#logIn(command);
        return true;
      case 'STAT':
      case 'LIST':
      case 'UIDL':
      case 'RETR':
      case 'TOP':
      case 'DELE':
      case 'RSET':
        if (this.#mails) yield* this.#transact(command, this.#mails);
        else yield '-ERR log in first\r\n';
        return true;
      default:
        yield `-ERR "${shown(command.verb)}" is no command here\r\n`;
        return false;
    }
  }

  #capabilities(): string[] {
    return this.#client.canStartTls ? [...CAPABILITIES, 'STLS'] : CAPABILITIES;
  }

  /** RFC 2595 §4. */
  *#startTls(): Part<void> {
    if (this.#mails || !this.#client.canStartTls) {
      yield this.#mails ? '-ERR you are logged in\r\n' : '-ERR there is no TLS to start\r\n';
      return;
    }
    yield '+OK go on with TLS\r\n';
    if (yield* this.#client.startTls()) this.#user = null;
  }

  #logIn({ verb, argument }: CommandLine): string {
    if (this.#mails) return '-ERR you are logged in\r\n';
    if (argument === '') return `-ERR ${verb} needs an argument\r\n`;
    if (verb === 'USER') {
      this.#user = argument;
      return '+OK and the password\r\n';
    }
    if (this.#user === null) return '-ERR USER first\r\n';
    if (isRefusedPassword(argument)) {
      this.#user = null;
      return '-ERR [AUTH] that password is refused\r\n';
    }
    this.#mails = this.#content.mailbox.mails;
    return `+OK ${this.#mails.length} mails\r\n`;
  }

  *#transact({ verb, words }: CommandLine, mails: readonly Mail[]): Part<void> {
    if (verb === 'STAT') {
      const there = mails.filter((mail) => !this.#deleted.has(mail));
      yield `+OK ${there.length} ${sum(there)}\r\n`;
    } else if (verb === 'RSET') {
      this.#deleted.clear();
      yield `+OK ${mails.length} mails\r\n`;
    } else if ((verb === 'LIST' || verb === 'UIDL') && words.length === 0) {
      yield '+OK\r\n';
      for (const [at, mail] of mails.entries())
        if (!this.#deleted.has(mail)) yield `${at + 1} ${listed(verb, mail)}\r\n`;
      yield '.\r\n';
    } else {
      const [number = '', lines] = words;
      const mail = /^\d{1,9}$/.test(number) ? mails[Number(number) - 1] : undefined;
      if (!mail || this.#deleted.has(mail)) yield `-ERR there is no mail "${shown(number)}"\r\n`;
      else yield* this.#withMail(verb, Number(number), mail, lines);
    }
  }

  *#withMail(verb: string, number: number, mail: Mail, lines: string | undefined): Part<void> {
    switch (verb) {
      case 'RETR':
        yield `+OK ${mail.bytes.length} bytes\r\n`;
        yield* dotText(mail.bytes);
        break;
      case 'TOP':
        if (!/^\d{1,9}$/.test(lines ?? '')) {
          yield '-ERR say TOP, the number of a mail and a number of lines\r\n';
          break;
        }
        yield '+OK\r\n';
        yield* dotText(mail.bytes.subarray(0, topLength(mail.bytes, Number(lines))));
        break;
      case 'DELE':
        this.#deleted.add(mail);
        yield `+OK mail ${number} is deleted at QUIT\r\n`;
        break;
      default:
        yield `+OK ${number} ${listed(verb, mail)}\r\n`;
    }
  }
}

function listed(verb: string, mail: Mail): string {
  return verb === 'UIDL' ? `wirebench.${mail.uid}` : String(mail.bytes.length);
}

function sum(mails: readonly Mail[]): number {
  return mails.reduce((bytes, mail) => bytes + mail.bytes.length, 0);
}

/** The head and so many lines of the body. */
function topLength(text: Buffer, lines: number): number {
  let end = headLength(text);
  for (let line = 0; line < lines && end < text.length; line++) {
    const at = text.indexOf('\r\n', end);
    end = at === -1 ? text.length : at + 2;
  }
  return end;
}

export function pop3(content: ServerContent, client: Client): Talk {
  return new Pop3Server(content, client).talk();
}
