import { headField } from './dot-text';
import type { Mail } from './mailbox';

/** So many addresses of one field are told. */
const MAX_ADDRESSES = 50;

/** A string as IMAP writes it: quoted where that is possible, else a literal; null is NIL. */
function nstring(text: string | null): string {
  if (text === null) return 'NIL';
  if (text.length < 500 && /^[\x20-\x7e]*$/.test(text))
    return `"${text.replace(/["\\]/g, '\\$&')}"`;
  return `{${text.length}}\r\n${text}`;
}

/** `01-Jan-2026 00:00:00 +0000` (RFC 3501, date-time). */
export function dateTime(at: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(
    new Date(at).toUTCString(),
  ) ?? ['', '', '', '', ''];
  return `"${day}-${month}-${year} ${time} +0000"`;
}

/** RFC 3501 §7.4.2: ten fields, from the head. */
export function envelope({ bytes }: Mail): string {
  const text = (name: string) => nstring(headField(bytes, name));
  const from = addresses(headField(bytes, 'from'));
  const or = (name: string) => {
    const field = headField(bytes, name);
    return field === null ? from : addresses(field);
  };
  const parts = [
    text('date'),
    text('subject'),
    from,
    or('sender'),
    or('reply-to'),
    addresses(headField(bytes, 'to')),
    addresses(headField(bytes, 'cc')),
    addresses(headField(bytes, 'bcc')),
    text('in-reply-to'),
    text('message-id'),
  ];
  return `(${parts.join(' ')})`;
}

/** `Name <user@host>`, `user@host (Name)`, by commas; a comma in quotes is none. */
function addresses(field: string | null): string {
  if (field === null) return 'NIL';
  const found = field.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [];
  const written = found.slice(0, MAX_ADDRESSES).map((one) => {
    const text = one.trim();
    const angled = /^(.*)<([^<>]*)>$/.exec(text);
    const address = angled?.[2] ?? text.replace(/\(.*\)/, '').trim();
    const name = angled ? (angled[1] ?? '').trim().replace(/^"(.*)"$/, '$1') : '';
    const at = address.lastIndexOf('@');
    const user = at === -1 ? address : address.slice(0, at);
    const host = at === -1 ? null : address.slice(at + 1);
    return `(${nstring(name === '' ? null : name)} NIL ${nstring(user)} ${nstring(host)})`;
  });
  return written.length === 0 ? 'NIL' : `(${written.join('')})`;
}

/** Every mail is told as one part of text: the small server takes no MIME apart. */
export function bodyStructure(body: Buffer): string {
  let lines = 0;
  for (let at = body.indexOf(0x0a); at !== -1; at = body.indexOf(0x0a, at + 1)) lines += 1;
  return `("TEXT" "PLAIN" ("CHARSET" "UTF-8") NIL NIL "8BIT" ${body.length} ${lines})`;
}
