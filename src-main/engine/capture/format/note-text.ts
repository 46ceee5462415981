import { rowEventOf } from '../../../../src-shared/contract/row-words';
import type { Note } from '../../../../src-shared/contract/row';

/*
 * Notes travel as comments (opt_comment) that a person reads in Wireshark and that parse back:
 *
 *   failed ECONNREFUSED(-111,connect): connect ECONNREFUSED 127.0.0.1:9 -- after 3 ms
 *   fault [192.168.1.50:4000] EMSGSIZE(-90,send): the datagram is too big
 *   kernel-dropped -- 27 datagrams
 *   closed [192.168.1.50:502 for 192.168.1.7:50198]
 *
 * event, then the remote it concerns (and for which client a relay dialled it), then the error, then the text; all but the first may be absent.
 */

/** A note and the remote (`host:port`) it concerns, when the block itself does not tell. */
export interface AddressedNote {
  note: Note;
  peer: string;
  /** Of a relay's connection to its target, whose remote it has in common with others: its client's. */
  client?: string;
}

const MAX_TEXT = 4000;
const MAX_MESSAGE = 2000;
const MAX_CODE = 64;

const LINE =
  /^(?<event>[a-z-]+)(?: \[(?<peer>\S*)(?: for (?<client>\S+))?\](?= |$))?(?: (?<code>[^\s()[\]]+)\((?<errno>-?\d+)?(?:,(?<syscall>[^\s()]+))?\): (?<message>.*?))?(?: -- (?<text>.*))?$/u;

/** Control characters would break the line; lone surrogates have no UTF-8; both are spelled out. */
function escapeLine(text: string): string {
  return text.replace(/[\\\p{Cc}\p{Cs}\u2028\u2029]/gu, (unit) => spelled(unit));
}

function spelled(unit: string): string {
  if (unit === '\\') return '\\\\';
  return `\\u{${(unit.codePointAt(0) ?? 0).toString(16)}}`;
}

/** A word of the grammar: nothing in it may look like the punctuation around it. */
function escapeWord(word: string): string {
  if (word === '') return '\\e';
  return word.replace(/[^\w.:*%+-]/gu, (unit) => spelled(unit));
}

/** The brackets of an IPv6 address stay: only a space ends a peer. */
function escapePeer(peer: string): string {
  return peer.replace(/[^\w.:%[\]-]/gu, (unit) => spelled(unit));
}

function unescapeAll(text: string): string {
  return text.replace(
    /\\(?:\\|e|-|u\{([0-9a-f]{1,6})\})/g,
    (whole: string, hex: string | undefined) => {
      if (hex !== undefined) {
        const point = Number.parseInt(hex, 16);
        return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
      }
      if (whole === '\\e') return '';
      return whole.slice(1);
    },
  );
}

/** One line for a note; `peer` is empty when the block tells whom it concerns. */
export function formatNote(note: Note, peer = '', client: string | null = null): string {
  let line: string = note.event;
  const dialledFor = client === null ? '' : ` for ${escapePeer(client)}`;
  if (peer !== '') line += ` [${escapePeer(peer)}${dialledFor}]`;
  if (note.error !== undefined) {
    const { code, errno, syscall, message } = note.error;
    const call = syscall === undefined ? '' : `,${escapeWord(syscall)}`;
    // The message ends where ` -- ` begins, so none may be inside it or grow at its end.
    const shown = escapeLine(message).replaceAll('--', '\\-\\-');
    line += ` ${escapeWord(code)}(${errno === undefined ? '' : String(errno)}${call}): ${shown}`;
  }
  if (note.text !== undefined) line += ` -- ${escapeLine(note.text)}`;
  return line;
}

/** Reads a comment back. What no `formatNote` wrote becomes a `comment` with its text. */
export function parseNote(comment: string): AddressedNote {
  const groups = LINE.exec(comment)?.groups;
  const event = rowEventOf(groups?.['event']);
  if (groups === undefined || event === null) {
    return { note: { event: 'comment', text: comment.slice(0, MAX_TEXT) }, peer: '' };
  }
  const note: Note = { event };
  const { code, errno, syscall, message, text, peer, client } = groups;
  if (code !== undefined) {
    note.error = {
      code: unescapeAll(code).slice(0, MAX_CODE),
      message: unescapeAll(message ?? '').slice(0, MAX_MESSAGE),
    };
    if (errno !== undefined && Number.isSafeInteger(Number(errno)))
      note.error.errno = Number(errno);
    if (syscall !== undefined) note.error.syscall = unescapeAll(syscall).slice(0, MAX_CODE);
  }
  if (text !== undefined) note.text = unescapeAll(text).slice(0, MAX_TEXT);
  const dialledFor = client === undefined ? {} : { client: unescapeAll(client) };
  return { note, peer: unescapeAll(peer ?? ''), ...dialledFor };
}
