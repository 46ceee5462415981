import { headLength } from './dot-text';
import { bodyStructure, dateTime, envelope } from './imap-text';
import type { Mail } from './mailbox';
import type { Piece } from './talk';

/** So many items one FETCH may ask for. */
const MAX_ITEMS = 50;

const MACROS = new Map([
  ['ALL', 'FLAGS INTERNALDATE RFC822.SIZE ENVELOPE'],
  ['FAST', 'FLAGS INTERNALDATE RFC822.SIZE'],
  ['FULL', 'FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY'],
]);

const PLAIN = ['FLAGS', 'UID', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY', 'BODYSTRUCTURE'];
const WHOLE = new Map([
  ['RFC822', ''],
  ['RFC822.HEADER', 'HEADER'],
  ['RFC822.TEXT', 'TEXT'],
]);

/** One thing to tell of a mail. */
export interface FetchItem {
  /** As the answer names it. */
  name: string;
  /** Null: one of `PLAIN`; else a part of the mail's text. */
  section: string | null;
  /** Names of fields, and whether these or all but these. */
  fields: { names: ReadonlySet<string>; not: boolean } | null;
  partial: { from: number; count: number } | null;
  /** Telling it makes the mail \Seen. */
  marks: boolean;
}

const BODY =
  /^BODY(\.PEEK)?\[((?:1|HEADER|TEXT|1\.MIME|1\.TEXT|HEADER\.FIELDS(?:\.NOT)? \(([^()]*)\))?)\](?:<(\d{1,9})\.(\d{1,9})>)?$/i;

/** What a FETCH asks for; null: something in it is not understood. */
export function parseFetch(text: string): FetchItem[] | null {
  const inner = /^\((.*)\)$/s.exec(text)?.[1] ?? MACROS.get(text.toUpperCase()) ?? text;
  const words = inner.match(/[^ [\]]+(?:\[[^\]]*\](?:<[^>]*>)?)?/g) ?? [];
  if (words.length === 0 || words.length > MAX_ITEMS || words.join(' ') !== inner) return null;
  const items = words.flatMap((word) => parseItem(word) ?? []);
  return items.length === words.length ? items : null;
}

function parseItem(word: string): FetchItem | null {
  const name = word.toUpperCase();
  const plain = { name, section: null, fields: null, partial: null, marks: false };
  if (PLAIN.includes(name)) return plain;
  const whole = WHOLE.get(name);
  if (whole !== undefined) return { ...plain, section: whole, marks: whole !== 'HEADER' };
  const body = BODY.exec(word);
  if (!body) return null;
  const [, peek, section = '', fields, from, count] = body;
  const names = new Set(
    (fields ?? '')
      .toLowerCase()
      .split(' ')
      .map((one) => one.replaceAll('"', '')),
  );
  return {
    name: `BODY[${section.toUpperCase()}]${from === undefined ? '' : `<${from}>`}`,
    section: section.toUpperCase().replace(/ .*/, ''),
    fields: fields === undefined ? null : { names, not: /\.NOT /i.test(section) },
    partial: from === undefined ? null : { from: Number(from), count: Number(count) },
    marks: peek === undefined,
  };
}

/** `* 3 FETCH (…)`. The text of the mail is passed on as it is kept, not copied. */
export function* sayFetch(
  number: number,
  mail: Mail,
  items: readonly FetchItem[],
): Generator<Piece, void, void> {
  yield `* ${number} FETCH (`;
  for (const [at, item] of items.entries()) {
    if (at > 0) yield ' ';
    if (item.section === null) yield `${item.name} ${plainItem(item.name, mail)}`;
    else {
      const whole = part(mail.bytes, item);
      const { from = 0, count = whole.length } = item.partial ?? {};
      const bytes = whole.subarray(from, from + count);
      yield `${item.name} {${bytes.length}}\r\n`;
      if (bytes.length > 0) yield bytes;
    }
  }
  yield ')\r\n';
}

function plainItem(name: string, mail: Mail): string {
  switch (name) {
    case 'FLAGS':
      return `(${[...mail.flags].join(' ')})`;
    case 'UID':
      return String(mail.uid);
    case 'INTERNALDATE':
      return dateTime(mail.receivedAt);
    case 'RFC822.SIZE':
      return String(mail.bytes.length);
    case 'ENVELOPE':
      return envelope(mail);
    default:
      return bodyStructure(mail.bytes.subarray(headLength(mail.bytes)));
  }
}

function part(bytes: Buffer, { section, fields }: FetchItem): Buffer {
  const head = headLength(bytes);
  if (fields) return chosenFields(bytes.subarray(0, head), fields);
  if (section === 'HEADER' || section === '1.MIME') return bytes.subarray(0, head);
  return section === '' ? bytes : bytes.subarray(head);
}

/** Fields with their folded lines, and the empty line (RFC 3501 §6.4.5). */
function chosenFields(
  head: Buffer,
  { names, not }: { names: ReadonlySet<string>; not: boolean },
): Buffer {
  const fields = head.toString('latin1').match(/[^\r\n]+\r\n(?:[ \t][^\r\n]*\r\n)*/g) ?? [];
  const chosen = fields.filter(
    (field) => names.has(field.slice(0, Math.max(0, field.indexOf(':'))).toLowerCase()) !== not,
  );
  return Buffer.from(`${chosen.join('')}\r\n`, 'latin1');
}
