import type { CommandLine } from './command-line';
import { cleanPath, MAX_FILE_BYTES, nameOf, typeOf } from './file-store';
import type { Entry, FileStore, StoredFile } from './file-store';
import { factsLine, listLine, timeVal } from './ftp-answers';
import type { FtpData, Transfer } from './ftp-data';
import { Upload } from './room';
import type { ServerContent } from './server-content';
import type { Client, Part, Talk } from './talk';

const VERBS =
  /^(?:PWD|XPWD|CWD|XCWD|CDUP|XCUP|LIST|NLST|MLSD|MLST|STAT|RETR|STOR|APPE|STOU|REST|DELE|MKD|XMKD|RMD|XRMD|RNFR|RNTO|SIZE|MDTM)$/;

const ALL_SENT = '226 All is sent\r\n';

const ABORT = /^[\xf2\xf4\xff]*ABOR\r?\n/i;

/** The commands of an FTP session that are about files. */
export class FtpFiles {
  readonly #content: ServerContent;
  readonly #files: FileStore;
  readonly #data: FtpData | null;
  readonly #client: Client;
  #folder = '/';
  #restart = 0;
  #renamed: string | null = null;

  constructor(content: ServerContent, data: FtpData | null, client: Client) {
    this.#content = content;
    this.#files = content.files;
    this.#data = data;
    this.#client = client;
  }

  knows(verb: string): boolean {
    return VERBS.test(verb);
  }

  *do({ verb, argument }: CommandLine): Part<void> {
    const restart = this.#restart;
    this.#restart = 0;
    const renamed = this.#renamed;
    this.#renamed = null;
    const given = /^(?:LIST|NLST|STAT)$/.test(verb) ? argument.replace(/^-\S* ?/, '') : argument;
    const path = cleanPath(given, this.#folder);
    if (path === null) yield '553 That is no name that can be used here\r\n';
    else if (/^(?:LIST|NLST|MLSD)$/.test(verb)) yield* this.#list(verb, path);
    else if (verb === 'RETR') yield* this.#retrieve(path, restart);
    else if (/^(?:STOR|APPE|STOU)$/.test(verb)) yield* this.#store(verb, path, restart);
    else if (verb === 'REST') yield this.#restartAt(argument);
    else if (/^(?:RNFR|RNTO)$/.test(verb)) yield this.#rename(verb, path, renamed);
    else if (/^(?:MLST|STAT|SIZE|MDTM)$/.test(verb)) yield this.#tell(verb, argument, path);
    else yield this.#folders(verb, path);
  }

  #folders(verb: string, path: string): string {
    switch (verb) {
      case 'PWD':
      case 'XPWD':
        return `257 "${quoted(this.#folder)}" is where you are\r\n`;
      case 'CDUP':
      case 'XCUP':
        this.#folder = cleanPath('..', this.#folder) ?? '/';
        return '250 Done\r\n';
      case 'CWD':
      case 'XCWD':
        if (this.#files.get(path)?.kind !== 'folder') return '550 There is no such folder\r\n';
        this.#folder = path;
        return '250 Done\r\n';
      case 'MKD':
      case 'XMKD': {
        const problem = this.#files.makeFolder(path);
        return problem ? `550 Not made (${problem})\r\n` : `257 "${quoted(path)}" made\r\n`;
      }
      case 'RMD':
      case 'XRMD': {
        const problem = this.#files.removeFolder(path);
        return problem ? `550 Not removed (${problem})\r\n` : '250 Removed\r\n';
      }
      default:
        return this.#files.removeFile(path) ? '250 Deleted\r\n' : '550 There is no such file\r\n';
    }
  }

  #tell(verb: string, argument: string, path: string): string {
    if (verb === 'STAT' && argument === '') return '211 Wirebench FTP, logged in\r\n';
    const entry = this.#files.get(path);
    if (!entry) return '550 There is no such file\r\n';
    if (verb === 'MLST') return `250-Facts\r\n ${factsLine(path, entry)}250 End\r\n`;
    if (verb === 'MDTM') return `213 ${timeVal(entry.modifiedAt)}\r\n`;
    if (verb === 'SIZE')
      return entry.kind === 'file'
        ? `213 ${entry.bytes.byteLength}\r\n`
        : '550 That is a folder\r\n';
    return `213-Status\r\n${this.#listed(path)
      .map(([name, one]) => listLine(name, one))
      .join('')}213 End\r\n`;
  }

  #restartAt(argument: string): string {
    if (!/^\d{1,15}$/.test(argument)) return '501 REST needs a number of bytes\r\n';
    this.#restart = Number(argument);
    return `350 The next transfer begins at byte ${this.#restart}\r\n`;
  }

  #rename(verb: string, path: string, renamed: string | null): string {
    if (verb === 'RNFR') {
      if (!this.#files.get(path)) return '550 There is no such file\r\n';
      this.#renamed = path;
      return '350 And the new name\r\n';
    }
    if (renamed === null) return '503 RNFR first\r\n';
    const problem = this.#files.rename(renamed, path);
    return problem ? `553 Not renamed (${problem})\r\n` : '250 Renamed\r\n';
  }

  #listed(path: string): [string, Entry][] {
    const entry = this.#files.get(path);
    if (!entry) return [];
    return entry.kind === 'folder' ? this.#files.list(path) : [[nameOf(path), entry]];
  }

  *#list(verb: string, path: string): Part<void> {
    if (!this.#files.get(path)) {
      yield '550 There is no such folder\r\n';
      return;
    }
    const line = { LIST: listLine, MLSD: factsLine, NLST: (name: string) => `${name}\r\n` };
    const lineOf = verb === 'LIST' ? line.LIST : verb === 'MLSD' ? line.MLSD : line.NLST;
    const lines = this.#listed(path).map(([name, entry]) => lineOf(name, entry));
    const sent = yield* this.#transfer('a list', function* (): Talk {
      yield* lines;
    });
    if (sent) yield ALL_SENT;
  }

  *#retrieve(path: string, restart: number): Part<void> {
    const entry = this.#files.get(path);
    if (entry?.kind !== 'file') yield '550 There is no such file\r\n';
    else if (restart > entry.bytes.byteLength) yield '554 REST is past the end of the file\r\n';
    else {
      const bytes = entry.bytes.subarray(restart);
      const sent = yield* this.#transfer(`${bytes.byteLength} bytes`, function* (): Talk {
        if (bytes.byteLength > 0) yield bytes;
      });
      if (sent) yield ALL_SENT;
    }
  }

  *#store(verb: string, asked: string, restart: number): Part<void> {
    const path = verb === 'STOU' ? this.#unused() : asked;
    const before = this.#files.get(path);
    if (before?.kind === 'folder') {
      yield '553 That is a folder\r\n';
      return;
    }
    const upload = new Upload(this.#content.room, MAX_FILE_BYTES);
    try {
      if (before) upload.add(kept(before, verb, restart));
      const done = yield* this.#transfer(nameOf(path), function* ({ input }): Talk {
        for (;;) {
          const bytes = yield* input.some();
          if (bytes === null) return;
          upload.add(bytes);
        }
      });
      if (!done) return;
      if (upload.refused === 'too-large')
        yield `552 A file has at most ${MAX_FILE_BYTES} bytes here\r\n`;
      else if (upload.refused === 'no-room') yield '452 There is no room; delete something\r\n';
      else {
        const problem = this.#files.put(path, upload.finish(), typeOf(path));
        yield problem ? `553 Not stored (${problem})\r\n` : '226 Stored\r\n';
      }
    } finally {
      upload.discard();
    }
  }

  #unused(): string {
    for (let number = 1; ; number++) {
      const path = cleanPath(`file.${number}`, this.#folder) ?? '/';
      if (!this.#files.get(path)) return path;
    }
  }

  /** True: all of it has passed, and the last reply is still to be said. */
  *#transfer(what: string, transfer: Transfer): Part<boolean> {
    const data = this.#data;
    if (!data?.isPrepared) {
      yield '425 PASV, EPSV, PORT or EPRT first\r\n';
      return false;
    }
    yield `150 Opening the data connection for ${what}\r\n`;
    if (!(yield* data.isThere())) {
      yield `425 There is no data connection (${data.error?.code ?? 'closed'})\r\n`;
      return false;
    }
    const aborted = () => ABORT.test(this.#client.input.peek(16));
    const complete = yield* data.run(transfer, aborted);
    if (!complete) yield '426 The data connection was closed before the end\r\n';
    return complete;
  }
}

/** What stands before the bytes that come. */
function kept({ bytes }: StoredFile, verb: string, restart: number): Buffer {
  return verb === 'APPE' ? bytes : bytes.subarray(0, restart);
}

function quoted(path: string): string {
  return path.replaceAll('"', '""');
}
