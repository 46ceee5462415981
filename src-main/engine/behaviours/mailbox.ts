import type { Room } from './room';

export const MAX_MAIL_BYTES = 10 * 1024 * 1024;
const MAX_MAILS = 10_000;

export interface Mail {
  /** Never used again, in the order of arrival (RFC 3501 §2.3.1.1). */
  readonly uid: number;
  /** With CR LF, as it came by SMTP. */
  readonly bytes: Buffer;
  readonly receivedAt: number;
  /** `\Seen`, `\Deleted` … as IMAP names them. */
  readonly flags: Set<string>;
}

/** The one mailbox: SMTP puts mails in, whomever they are for; POP3 and IMAP4 read them. */
export class Mailbox {
  readonly #room: Room;
  #mails: Mail[] = [];
  #nextUid = 1;

  constructor(room: Room) {
    this.#room = room;
    for (const bytes of samples()) if (room.take(bytes.byteLength)) this.add(bytes);
  }

  /** In the order of arrival. A new array with every change. */
  get mails(): readonly Mail[] {
    return this.#mails;
  }

  get nextUid(): number {
    return this.#nextUid;
  }

  /** `bytes` came from `Upload.finish`. Null: there are too many mails; their room is given back. */
  add(bytes: Buffer, flags: Iterable<string> = []): Mail | null {
    if (this.#mails.length >= MAX_MAILS) {
      this.#room.give(bytes.byteLength);
      return null;
    }
    const receivedAt = Date.now();
    const mail: Mail = { uid: this.#nextUid++, bytes, receivedAt, flags: new Set(flags) };
    this.#mails = [...this.#mails, mail];
    return mail;
  }

  remove(mails: ReadonlySet<Mail>): void {
    this.#mails = this.#mails.filter((mail) => {
      if (!mails.has(mail)) return true;
      this.#room.give(mail.bytes.byteLength);
      return false;
    });
  }
}

function samples(): Buffer[] {
  const head = (subject: string, id: string) =>
    [
      'From: "Wirebench" <wirebench@example.com>',
      'To: <device@example.com>',
      `Subject: ${subject}`,
      'Date: Thu, 01 Jan 2026 00:00:00 +0000',
      `Message-ID: <${id}@example.com>`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
    ].join('\r\n');
  return [
    `${head('Welcome', 'welcome')}\r\nThis mail is here from the start.\r\n`,
    `${head('Dots', 'dots')}\r\nThe next line begins with a dot, the one after it is a dot:\r\n.dot\r\n.\r\n`,
  ].map((text) => Buffer.from(text));
}
