import { InvalidArgumentError } from 'commander';
import { parseAddress } from '../../src-shared/address/address';
import { CliError, EXIT } from './exit';

/** What is waited for, the last line of an answer, and what is said then. */
interface Step {
  answer: RegExp;
  say: string;
}

/** How each protocol is asked for TLS; the answer to the last command is `ready`. */
const DIALOGUES = {
  // RFC 3207
  smtp: {
    steps: [
      { answer: /^220 /, say: 'EHLO localhost\r\n' },
      { answer: /^250 /, say: 'STARTTLS\r\n' },
    ],
    ready: /^220 /,
  },
  // RFC 2595
  pop3: { steps: [{ answer: /^\+OK/, say: 'STLS\r\n' }], ready: /^\+OK/ },
  imap4: { steps: [{ answer: /^\* (OK|PREAUTH)/, say: 'a0 STARTTLS\r\n' }], ready: /^a0 OK/ },
  // RFC 4642
  nntp: { steps: [{ answer: /^20[01] /, say: 'STARTTLS\r\n' }], ready: /^382 / },
  // RFC 4217
  ftp: { steps: [{ answer: /^220 /, say: 'AUTH TLS\r\n' }], ready: /^234[ -]/ },
} satisfies Record<string, { steps: readonly Step[]; ready: RegExp }>;

export type StartTlsProtocol = keyof typeof DIALOGUES;

/** What `--starttls` asks for: a protocol, and options as in a `tls:` address. */
export interface StartTls {
  protocol: StartTlsProtocol;
  options: string;
}

function isProtocol(name: string): name is StartTlsProtocol {
  return Object.hasOwn(DIALOGUES, name);
}

/** `smtp`, or with options of TLS `smtp,ca=ca.pem,servername=mail.test`. */
export function startTlsArgument(text: string): StartTls {
  const comma = text.indexOf(',');
  const name = (comma === -1 ? text : text.slice(0, comma)).trim().toLowerCase();
  const options = comma === -1 ? '' : text.slice(comma + 1);
  if (!isProtocol(name))
    throw new InvalidArgumentError(
      `There are ${Object.keys(DIALOGUES).join(', ')}: smtp,ca=ca.pem`,
    );
  const whole = parseAddress(`tls:localhost:1${options === '' ? '' : `,${options}`}`);
  if (!whole.ok) throw new InvalidArgumentError(whole.error.message);
  return { protocol: name, options };
}

/** So much may come before a line that is waited for. */
const MAX_HEARD = 65_536;

/** Final lines that refuse: of three digits, with a status word, or with the tag of our command. */
const REFUSAL = /^([45]\d\d |-ERR|a0 (NO|BAD)|\* BYE)/;

/** A line conversation up to the point where TLS may begin. */
export class StartTlsDialogue {
  #heard = '';
  #wake: () => void = () => undefined;
  #over = false;

  push(bytes: Uint8Array): void {
    this.#heard = (this.#heard + Buffer.from(bytes).toString('latin1')).slice(-MAX_HEARD);
    this.#wake();
  }

  /** The connection is over: nothing more will be said. */
  end(): void {
    this.#over = true;
    this.#wake();
  }

  /** Asks for TLS. Resolves when the server is ready for it, or false when the connection is over. */
  async run(protocol: StartTlsProtocol, say: (text: string) => Promise<void>): Promise<boolean> {
    const { steps, ready } = DIALOGUES[protocol];
    for (const { answer, say: text } of steps) {
      if (!(await this.#await(answer))) return false;
      await say(text);
    }
    return await this.#await(ready);
  }

  async #await(answer: RegExp): Promise<boolean> {
    for (;;) {
      const end = this.#heard.indexOf('\n');
      if (end === -1) {
        if (this.#over) return false;
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      const line = this.#heard.slice(0, end).replace(/\r$/, '');
      this.#heard = this.#heard.slice(end + 1);
      if (answer.test(line)) return true;
      if (REFUSAL.test(line))
        throw new CliError(EXIT.network, `The server does not begin TLS: ${line}`, [
          'Try its TLS port with tls:HOST:PORT, or leave --starttls out.',
        ]);
    }
  }
}
