import { heedCommands, isRefusedPassword, passwordOfPlain, shown } from './command-line';
import type { CommandLine, Heard } from './command-line';
import { receiveDotText } from './dot-text';
import { TOO_LONG } from './input';
import { MAX_MAIL_BYTES } from './mailbox';
import { Upload } from './room';
import type { ServerContent } from './server-content';
import type { Client, Part, Talk } from './talk';

/** RFC 5321 §4.5.3.1.4 says 512; extensions and AUTH (RFC 4954 §4: 12,288) make it longer. */
const MAX_LINE = 12_288;

/** RFC 5321 §4.5.3.1.8: at least so many. */
const MAX_RECIPIENTS = 100;

const PATH = /^<([^<>\s]*)>((?: [\x21-\x7e]+)*)$/;

/** RFC 5321, with a mail that is complete put in the mailbox of the engine's servers. */
class SmtpServer {
  readonly #content: ServerContent;
  readonly #client: Client;
  #greeted = false;
  #from: string | null = null;
  #to: string[] = [];
  #authenticated = false;

  constructor(content: ServerContent, client: Client) {
    this.#content = content;
    this.#client = client;
  }

  *talk(): Talk {
    yield '220 wirebench.local ESMTP Wirebench\r\n';
    const manners = { maxLine: MAX_LINE, tooLong: '500', tooMany: '421' };
    yield* heedCommands(this.#client.input, manners, (command) => this.#do(command));
  }

  *#do(command: CommandLine): Part<Heard> {
    switch (command.verb) {
      case 'QUIT':
        yield '221 wirebench.local closes\r\n';
        return 'over';
      case 'EHLO':
      case 'HELO':
        yield this.#hello(command);
        return 'known';
      case 'MAIL':
        yield this.#mail(command.argument);
        return 'known';
      case 'RCPT':
        yield this.#recipient(command.argument);
        return 'known';
      case 'DATA':
        return (yield* this.#data()) ? 'known' : 'over';
      case 'RSET':
        this.#reset();
        yield '250 Forgotten\r\n';
        return 'known';
      case 'NOOP':
        yield '250 Done\r\n';
        return 'known';
      case 'HELP':
        yield '214 EHLO HELO MAIL RCPT DATA RSET NOOP VRFY AUTH HELP QUIT\r\n';
        return 'known';
      case 'VRFY':
        yield '252 Every recipient is accepted\r\n';
        return 'known';
      case 'EXPN':
        yield '502 There are no lists\r\n';
        return 'known';
      case 'STARTTLS':
        yield* this.#startTls();
        return 'known';
      case 'AUTH':
        return (yield* this.#authenticate(command.words)) ? 'known' : 'over';
      default:
        yield `500 "${shown(command.verb)}" is no command here\r\n`;
        return 'mistake';
    }
  }

  #reset(): void {
    this.#from = null;
    this.#to = [];
  }

  #hello({ verb, argument }: CommandLine): string {
    if (argument === '') return `501 ${verb} needs your name\r\n`;
    this.#greeted = true;
    this.#reset();
    if (verb === 'HELO') return '250 wirebench.local\r\n';
    const extensions = [
      'PIPELINING',
      `SIZE ${MAX_MAIL_BYTES}`,
      '8BITMIME',
      'AUTH PLAIN LOGIN',
      'HELP',
    ];
    if (this.#client.canStartTls) extensions.push('STARTTLS');
    const last = extensions.length - 1;
    const lines = extensions.map((text, at) => `250${at === last ? ' ' : '-'}${text}\r\n`);
    return `250-wirebench.local\r\n${lines.join('')}`;
  }

  /** RFC 3207: afterwards nothing is known that was said before. */
  *#startTls(): Part<void> {
    if (!this.#client.canStartTls) {
      yield '454 There is no TLS to start\r\n';
      return;
    }
    yield '220 Go on with TLS\r\n';
    if (!(yield* this.#client.startTls())) return;
    this.#greeted = false;
    this.#authenticated = false;
    this.#reset();
  }

  #mail(argument: string): string {
    if (!this.#greeted) return '503 EHLO or HELO first\r\n';
    if (this.#from !== null) return '503 There is a sender already; RSET forgets it\r\n';
    const [, path, parameters = ''] = PATH.exec(argument.replace(/^FROM: ?/i, '')) ?? [];
    if (path === undefined || !/^FROM:/i.test(argument)) return '501 Say MAIL FROM:<address>\r\n';
    for (const parameter of parameters.trim().split(' ')) {
      const [name = '', value = ''] = parameter.toUpperCase().split('=');
      if (name === 'SIZE' && Number(value) > MAX_MAIL_BYTES)
        return `552 A mail has at most ${MAX_MAIL_BYTES} bytes here\r\n`;
      if (!['', 'SIZE', 'BODY', 'AUTH'].includes(name))
        return `555 The parameter ${shown(name)} is not known here\r\n`;
    }
    this.#from = path;
    return '250 Sender accepted\r\n';
  }

  #recipient(argument: string): string {
    if (this.#from === null) return '503 MAIL first\r\n';
    const [, path = '', parameters] = PATH.exec(argument.replace(/^TO: ?/i, '')) ?? [];
    if (path === '' || !/^TO:/i.test(argument)) return '501 Say RCPT TO:<address>\r\n';
    if (parameters !== '') return '555 RCPT has no parameters here\r\n';
    if (this.#to.length >= MAX_RECIPIENTS)
      return `452 A mail has at most ${MAX_RECIPIENTS} recipients here\r\n`;
    this.#to.push(path);
    return '250 Recipient accepted\r\n';
  }

  /** False: the peer has gone. */
  *#data(): Part<boolean> {
    if (this.#to.length === 0) {
      yield '503 MAIL and RCPT first\r\n';
      return true;
    }
    const { mailbox, room } = this.#content;
    const upload = new Upload(room, MAX_MAIL_BYTES);
    try {
      upload.add(Buffer.from(this.#trace(), 'latin1'));
      yield '354 Go on, and end with a line of one dot\r\n';
      if (!(yield* receiveDotText(this.#client.input, upload))) return false;
      this.#reset();
      if (upload.refused === 'too-large')
        yield `552 A mail has at most ${MAX_MAIL_BYTES} bytes here\r\n`;
      else if (upload.refused === 'no-room') yield '452 There is no room; delete some mails\r\n';
      else {
        const mail = mailbox.add(upload.finish());
        yield mail ? `250 Kept as mail ${mail.uid}\r\n` : '452 There are too many mails\r\n';
      }
      return true;
    } finally {
      upload.discard();
    }
  }

  /** RFC 5321 §4.4. */
  #trace(): string {
    const { remote } = this.#client;
    const from = remote.host === '' ? 'local' : `[${remote.host}]`;
    return [
      `Return-Path: <${this.#from ?? ''}>`,
      `Received: from ${from} by wirebench.local; ${new Date().toUTCString().replace('GMT', '+0000')}`,
      '',
    ].join('\r\n');
  }

  /** RFC 4954, PLAIN and LOGIN. False: the peer has gone. */
  *#authenticate([mechanism = '', first]: readonly string[]): Part<boolean> {
    if (!this.#greeted || this.#authenticated) {
      yield this.#greeted ? '503 You are authenticated\r\n' : '503 EHLO first\r\n';
      return true;
    }
    let password: string | null | undefined;
    switch (mechanism.toUpperCase()) {
      case 'PLAIN': {
        const answer = first ?? (yield* this.#ask(''));
        password = answer === null || answer === '*' ? answer : passwordOfPlain(answer);
        if (answer === null) return false;
        break;
      }
      case 'LOGIN': {
        const name = first ?? (yield* this.#ask('VXNlcm5hbWU6'));
        const answer = name === null || name === '*' ? name : yield* this.#ask('UGFzc3dvcmQ6');
        if (answer === null) return false;
        password = answer === '*' ? answer : Buffer.from(answer, 'base64').toString('latin1');
        break;
      }
      default:
        yield '504 PLAIN and LOGIN are known here\r\n';
        return true;
    }
    if (password === '*') yield '501 Given up\r\n';
    else if (password === null) yield '501 That is not what the mechanism says\r\n';
    else if (isRefusedPassword(password)) yield '535 That password is refused\r\n';
    else {
      this.#authenticated = true;
      yield '235 Welcome\r\n';
    }
    return true;
  }

  *#ask(challenge: string): Part<string | null> {
    yield `334 ${challenge}\r\n`;
    const line = yield* this.#client.input.line(MAX_LINE);
    return line === TOO_LONG ? '*' : line;
  }
}

export function smtp(content: ServerContent, client: Client): Talk {
  return new SmtpServer(content, client).talk();
}
