import { isIPv6 } from 'node:net';
import { heedCommands, isRefusedPassword, shown } from './command-line';
import type { CommandLine, Heard } from './command-line';
import { parseExtendedPort, parsePort, passiveText } from './ftp-answers';
import { FtpData } from './ftp-data';
import { FtpFiles } from './ftp-files';
import type { ServerContent } from './server-content';
import type { SideConnections } from './side-connections';
import type { Client, Part, Talk } from './talk';

const MAX_LINE = 1024;

const FEATURES = [
  'EPRT',
  'EPSV',
  'MDTM',
  'MLST type*;size*;modify*;',
  'REST STREAM',
  'SIZE',
  'UTF8',
];

/** Telnet's "interrupt" and "data mark", which some clients put before ABOR. */
const URGENT = /^[\xf2\xf4\xff]+/;

/** RFC 959, with RFC 2428 (EPSV, EPRT), RFC 3659 (SIZE, MDTM, MLSD, REST) and RFC 4217 (TLS). */
class FtpServer {
  readonly #client: Client;
  readonly #data: FtpData | null;
  readonly #files: FtpFiles;
  #user: string | null = null;
  #in = false;
  #onlyExtended = false;
  /** PBSZ was said, which PROT needs before it (RFC 2228 §3). */
  #isSized = false;

  constructor(content: ServerContent, side: SideConnections | null, client: Client) {
    this.#client = client;
    this.#data = side && new FtpData(side, client);
    this.#files = new FtpFiles(content, this.#data, client);
  }

  *talk(): Talk {
    try {
      yield '220 Wirebench FTP ready\r\n';
      const manners = { maxLine: MAX_LINE, tooLong: '500', tooMany: '421' };
      yield* heedCommands(this.#client.input, manners, (command) => this.#heed(command));
    } finally {
      this.#data?.close();
    }
  }

  *#heed(command: CommandLine): Part<Heard> {
    const verb = command.verb.replace(URGENT, '');
    if (verb === 'QUIT') {
      yield '221 Good bye\r\n';
      return 'over';
    }
    if (yield* this.#do({ ...command, verb })) return 'known';
    yield `500 "${shown(verb)}" is no command here\r\n`;
    return 'mistake';
  }

  /** False: that is no command. */
  *#do(command: CommandLine): Part<boolean> {
    const { verb, argument } = command;
    switch (verb) {
      case 'USER':
      case 'PASS':
        yield this.#logIn(verb, argument);
        return true;
      case 'FEAT':
        yield `211-Features\r\n${this.#features()
          .map((name) => ` ${name}\r\n`)
          .join('')}211 End\r\n`;
        return true;
      case 'SYST':
        yield '215 UNIX Type: L8\r\n';
        return true;
      case 'NOOP':
        yield '200 Done\r\n';
        return true;
      case 'OPTS':
        yield /^(?:UTF8 ON|MLST\b.*)$/i.test(argument) ? '200 Done\r\n' : '501 UTF8 is known\r\n';
        return true;
      case 'HELP':
        yield '214 USER PASS PWD CWD CDUP LIST NLST MLSD RETR STOR APPE DELE MKD RMD RNFR RNTO SIZE MDTM PASV EPSV PORT EPRT QUIT\r\n';
        return true;
      case 'AUTH':
        yield* this.#startTls(argument);
        return true;
      case 'PBSZ':
      case 'PROT':
        yield this.#protect(verb, argument);
        return true;
      case 'ABOR':
        this.#data?.close();
        yield '226 Nothing is going on\r\n';
        return true;
      default:
        return yield* this.#loggedInDo(command);
    }
  }

  #features(): string[] {
    const { canStartTls, isSecure } = this.#client;
    return canStartTls || isSecure ? ['AUTH TLS', 'PBSZ', 'PROT', ...FEATURES] : FEATURES;
  }

  /** RFC 4217, of the control connection. */
  *#startTls(mechanism: string): Part<void> {
    if (!this.#client.canStartTls) yield '502 There is no TLS to start\r\n';
    else if (!/^TLS(?:-C)?$/i.test(mechanism)) yield '504 AUTH TLS is known\r\n';
    else {
      yield '234 Go on with TLS\r\n';
      if (!(yield* this.#client.startTls())) return;
      this.#user = null;
      this.#in = false;
    }
  }

  /** RFC 4217 §9: how the data connections are from now on. */
  #protect(verb: 'PBSZ' | 'PROT', argument: string): string {
    if (!this.#client.isSecure) return '503 AUTH TLS first\r\n';
    if (verb === 'PBSZ') {
      if (!/^\d{1,10}$/.test(argument)) return '501 PBSZ needs a number, which is 0 with TLS\r\n';
      this.#isSized = true;
      return '200 PBSZ=0\r\n';
    }
    if (!this.#isSized) return '503 PBSZ 0 first\r\n';
    if (/^[SE]$/i.test(argument)) return '536 C and P are known\r\n';
    if (!/^[CP]$/i.test(argument)) return '504 C and P are known\r\n';
    if (this.#data) this.#data.isProtected = /^P$/i.test(argument);
    return '200 Done\r\n';
  }

  #logIn(verb: string, argument: string): string {
    if (verb === 'USER') {
      this.#in = false;
      this.#user = argument === '' ? null : argument;
      return this.#user === null ? '501 USER needs a name\r\n' : '331 And the password\r\n';
    }
    if (this.#user === null) return '503 USER first\r\n';
    if (isRefusedPassword(argument)) return '530 That password is refused\r\n';
    this.#in = true;
    return '230 Welcome\r\n';
  }

  *#loggedInDo(command: CommandLine): Part<boolean> {
    const known = /^(?:TYPE|MODE|STRU|ALLO|PASV|EPSV|PORT|EPRT)$/.test(command.verb);
    if (!known && !this.#files.knows(command.verb)) return false;
    if (!this.#in) yield '530 USER and PASS first\r\n';
    else if (known) yield* this.#prepare(command);
    else yield* this.#files.do(command);
    return true;
  }

  *#prepare({ verb, argument }: CommandLine): Part<void> {
    switch (verb) {
      case 'TYPE':
        yield /^(?:[AI]|A N|L 8)$/i.test(argument) ? '200 Done\r\n' : '504 A and I are known\r\n';
        break;
      case 'MODE':
        yield /^S$/i.test(argument) ? '200 Done\r\n' : '504 Only stream mode is known\r\n';
        break;
      case 'STRU':
        yield /^F$/i.test(argument) ? '200 Done\r\n' : '504 Only file structure is known\r\n';
        break;
      case 'ALLO':
        yield '202 Not needed here\r\n';
        break;
      default:
        if (!this.#data) yield '425 There are no data connections over a local socket\r\n';
        else if (this.#onlyExtended && verb !== 'EPSV') yield '503 You said EPSV ALL\r\n';
        else yield* this.#open(this.#data, verb, argument);
    }
  }

  *#open(data: FtpData, verb: string, argument: string): Part<void> {
    const { local } = this.#client;
    if (verb === 'EPSV' && /^ALL$/i.test(argument)) {
      this.#onlyExtended = true;
      yield '200 Only EPSV from now on\r\n';
    } else if (verb === 'PORT' || verb === 'EPRT')
      yield this.#active(data, verb === 'PORT' ? parsePort(argument) : parseExtendedPort(argument));
    else if (verb === 'PASV' && isIPv6(local.host))
      yield '425 Over IPv6 only EPSV can say the port\r\n';
    else if (verb === 'EPSV' && !['', '1', '2'].includes(argument)) yield '522 Use (1,2)\r\n';
    else {
      const place = yield* data.listen();
      if (!place) yield `425 No port could be opened (${data.error?.code ?? 'closed'})\r\n`;
      else if (verb === 'PASV')
        yield `227 Entering Passive Mode ${passiveText({ ...place, host: local.host })}\r\n`;
      else yield `229 Entering Extended Passive Mode (|||${place.port}|)\r\n`;
    }
  }

  /** Only to where the commands come from, so that nobody else is attacked through here (RFC 2577). */
  #active(data: FtpData, to: { host: string; port: number } | null): string {
    if (to === null) return '501 That is no address and port\r\n';
    if (to.host !== this.#client.remote.host || to.port < 1024)
      return '504 Only your own address, and a port from 1024 up\r\n';
    data.dial(to);
    return '200 Will connect there\r\n';
  }
}

export function ftp(content: ServerContent, side: SideConnections | null, client: Client): Talk {
  return new FtpServer(content, side, client).talk();
}
