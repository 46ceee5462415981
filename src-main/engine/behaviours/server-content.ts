import { FileStore } from './file-store';
import { Mailbox } from './mailbox';
import { Newsgroups } from './newsgroups';
import { Room } from './room';

/** All that is stored, and all that is being received to be stored. */
const ROOM_BYTES = 128 * 1024 * 1024;

/**
 * What the small servers of one engine serve and store, in memory: the same for all of them, so that
 * what was mailed by SMTP is there for IMAP4, and what was put by HTTP is there for FTP.
 */
export class ServerContent {
  readonly room = new Room(ROOM_BYTES);
  readonly files = new FileStore(this.room);
  readonly mailbox = new Mailbox(this.room);
  readonly news = new Newsgroups(this.room);
}
