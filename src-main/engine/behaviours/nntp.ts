import { heedCommands, isRefusedPassword, shown } from './command-line';
import type { CommandLine, Heard } from './command-line';
import { headField, receiveDotText } from './dot-text';
import { MAX_ARTICLE_BYTES } from './newsgroups';
import { NntpReader } from './nntp-reader';
import { Upload } from './room';
import type { ServerContent } from './server-content';
import type { Client, Part, Talk } from './talk';

/** RFC 3977 §3.1: 512 bytes; some clients say more. */
const MAX_LINE = 1024;

const CAPABILITIES = [
  'VERSION 2',
  'READER',
  'POST',
  'OVER',
  'HDR',
  'LIST ACTIVE NEWSGROUPS OVERVIEW.FMT',
  'AUTHINFO USER',
  'IMPLEMENTATION Wirebench',
];

/** RFC 3977 for readers, with posting; over the groups of the engine's servers. */
class NntpServer {
  readonly #content: ServerContent;
  readonly #client: Client;
  readonly #reader: NntpReader;
  #user: string | null = null;
  #posted = 0;

  constructor(content: ServerContent, client: Client) {
    this.#content = content;
    this.#client = client;
    this.#reader = new NntpReader(content.news);
  }

  *talk(): Talk {
    yield '200 Wirebench NNTP ready, posting allowed\r\n';
    const manners = { maxLine: MAX_LINE, tooLong: '501', tooMany: '400' };
    yield* heedCommands(this.#client.input, manners, (command) => this.#do(command));
  }

  *#do(command: CommandLine): Part<Heard> {
    switch (command.verb) {
      case 'QUIT':
        yield '205 Wirebench closes\r\n';
        return 'over';
      case 'CAPABILITIES':
        yield `101 What is known here\r\n${this.#capabilities().join('\r\n')}\r\n.\r\n`;
        return 'known';
      case 'MODE':
        yield command.argument.toUpperCase() === 'READER'
          ? '200 Posting allowed\r\n'
          : '501 MODE READER is known\r\n';
        return 'known';
      case 'DATE':
        yield `111 ${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}\r\n`;
        return 'known';
      case 'HELP':
        yield '100 Commands\r\nARTICLE AUTHINFO BODY CAPABILITIES DATE GROUP HDR HEAD HELP LAST LIST\r\nLISTGROUP MODE NEWGROUPS NEXT OVER POST QUIT STAT XHDR XOVER\r\n.\r\n';
        return 'known';
      case 'AUTHINFO':
        yield this.#authenticate(command);
        return 'known';
      case 'STARTTLS':
        yield* this.#startTls();
        return 'known';
      case 'POST':
        return (yield* this.#post()) ? 'known' : 'over';
      default:
        if (yield* this.#reader.do(command)) return 'known';
        yield `500 "${shown(command.verb)}" is no command here\r\n`;
        return 'mistake';
    }
  }

  #capabilities(): string[] {
    return this.#client.canStartTls ? [...CAPABILITIES, 'STARTTLS'] : CAPABILITIES;
  }

  /** RFC 4642. */
  *#startTls(): Part<void> {
    const can = this.#client.canStartTls;
    yield can ? '382 Go on with TLS\r\n' : '580 There is no TLS to start\r\n';
    if (can && (yield* this.#client.startTls())) this.#user = null;
  }

  /** RFC 4643. */
  #authenticate({ words: [what = '', value = ''] }: CommandLine): string {
    if (value === '') return '501 Say AUTHINFO USER and a name\r\n';
    switch (what.toUpperCase()) {
      case 'USER':
        this.#user = value;
        return '381 And the password\r\n';
      case 'PASS':
        if (this.#user === null) return '482 AUTHINFO USER first\r\n';
        return isRefusedPassword(value) ? '481 That password is refused\r\n' : '281 Welcome\r\n';
      default:
        return '501 AUTHINFO USER and AUTHINFO PASS are known\r\n';
    }
  }

  /** False: the peer has gone. */
  *#post(): Part<boolean> {
    const { news, room } = this.#content;
    const upload = new Upload(room, MAX_ARTICLE_BYTES);
    const body = new Upload(room, MAX_ARTICLE_BYTES);
    try {
      yield '340 Go on, and end with a line of one dot\r\n';
      if (!(yield* receiveDotText(this.#client.input, body))) return false;
      const text = body.finish();
      room.give(text.length);
      const groups =
        headField(text, 'newsgroups')
          ?.split(',')
          .map((name) => name.trim()) ?? [];
      const given = headField(text, 'message-id');
      const id =
        given ?? `<${Date.now()}.${this.#posted++}.${this.#client.remote.port}@wirebench.local>`;
      upload.add(Buffer.from(`Path: wirebench!not-for-mail\r\n`));
      if (given === null) upload.add(Buffer.from(`Message-ID: ${id}\r\n`, 'latin1'));
      upload.add(text);
      if (body.refused !== null || upload.refused !== null)
        yield `441 An article has at most ${MAX_ARTICLE_BYTES} bytes here, or there is no room\r\n`;
      else if (!/^<[\x21-\x3d\x3f-\x7e]{1,248}>$/.test(id)) yield '441 The Message-ID is none\r\n';
      else if (!news.add(id, groups, upload.finish()))
        yield '441 None of its newsgroups is here, or its Message-ID is known, or there are too many\r\n';
      else yield `240 Posted as ${id}\r\n`;
      return true;
    } finally {
      upload.discard();
      body.discard();
    }
  }
}

export function nntp(content: ServerContent, client: Client): Talk {
  return new NntpServer(content, client).talk();
}
