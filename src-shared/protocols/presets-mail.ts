import { dotText, line } from './example';
import type { Preset } from './preset';

const smtp: Preset = {
  id: 'smtp',
  name: 'SMTP',
  standard: 'RFC 5321',
  transports: ['tcp'],
  port: 25,
  tlsPort: 465,
  upgrade: 'STARTTLS',
  serverFirst: true,
  lineEnding: 'crlf',
  framing: 'proto:smtp',
  decoder: 'smtp',
  payloads: [
    line('EHLO', 'smtp_ehlo', 'EHLO {{hostname}}'),
    line('STARTTLS', 'starttls'),
    line('MAIL FROM', 'smtp_from', 'MAIL FROM:<tester@example.com>'),
    line('RCPT TO', 'smtp_to', 'RCPT TO:<user@example.com>'),
    line('DATA', 'smtp_data'),
    dotText(
      'message text',
      'smtp_text',
      'From: tester@example.com\nTo: user@example.com\nSubject: test\n\nHello from a socket.\n',
    ),
    line('RSET', 'smtp_reset'),
    line('QUIT', 'quit'),
  ],
};

const pop3: Preset = {
  id: 'pop3',
  name: 'POP3',
  standard: 'RFC 1939',
  transports: ['tcp'],
  port: 110,
  tlsPort: 995,
  upgrade: 'STLS',
  serverFirst: true,
  lineEnding: 'crlf',
  framing: 'proto:pop3',
  decoder: 'pop3',
  payloads: [
    line('CAPA', 'pop3_capa'),
    line('STLS', 'starttls'),
    line('USER', 'pop3_user', 'USER tester'),
    line('PASS', 'pop3_pass', 'PASS secret'),
    line('STAT', 'pop3_stat'),
    line('LIST', 'pop3_list'),
    line('RETR 1', 'pop3_retr'),
    line('TOP 1 0', 'pop3_top'),
    line('DELE 1', 'pop3_dele'),
    line('QUIT', 'quit'),
  ],
};

const imap4: Preset = {
  id: 'imap4',
  name: 'IMAP4',
  standard: 'RFC 3501',
  transports: ['tcp'],
  port: 143,
  tlsPort: 993,
  upgrade: 'a002 STARTTLS',
  serverFirst: true,
  lineEnding: 'crlf',
  framing: 'proto:imap4',
  decoder: 'imap4',
  payloads: [
    line('CAPABILITY', 'imap4_capability', 'a{{counter:03}} CAPABILITY'),
    line('STARTTLS', 'starttls', 'a{{counter:03}} STARTTLS'),
    line('LOGIN', 'imap4_login', 'a{{counter:03}} LOGIN tester secret'),
    line('LIST', 'imap4_list', 'a{{counter:03}} LIST "" "*"'),
    line('SELECT INBOX', 'imap4_select', 'a{{counter:03}} SELECT INBOX'),
    line('FETCH', 'imap4_fetch', 'a{{counter:03}} FETCH 1:* (FLAGS BODY[HEADER.FIELDS (SUBJECT)])'),
    line('APPEND', 'imap4_append', 'a{{counter:03}} APPEND INBOX {22}'),
    line('literal', 'imap4_literal', 'Subject: hi\\r\\n\\r\\nhello\\r\\n'),
    line('IDLE', 'imap4_idle', 'a{{counter:03}} IDLE'),
    line('DONE', 'imap4_done'),
    line('LOGOUT', 'quit', 'a{{counter:03}} LOGOUT'),
  ],
};

/** The protocols of electronic mail. */
export const mailPresets: readonly Preset[] = [smtp, pop3, imap4];
