import { TOO_LONG, type Input } from './input';
import type { Hearing } from './hearing';
import type { Part } from './talk';

/** A line that begins with a word: what SMTP, POP3, NNTP and FTP understand. */
export interface CommandLine {
  /** In capitals; empty when there is none. */
  verb: string;
  /** What comes after the verb and its spaces, one character a byte. */
  argument: string;
  /** Its parts between spaces. */
  words: readonly string[];
}

/** After so many lines that were no commands, the peer is not what it should be. */
export const MAX_MISTAKES = 100;

/** What became of a command. `over`: nothing more is said. */
export type Heard = 'known' | 'mistake' | 'over';

/** What a server of command lines says where all of them do the same. */
interface Manners {
  /** Bytes; a longer line is a mistake. */
  maxLine: number;
  tooLong: string;
  tooMany: string;
}

/** Hears commands one by one until one ends the talk, the peer has ended, or too many were mistakes. */
export function* heedCommands(
  input: Input,
  { maxLine, tooLong, tooMany }: Manners,
  heed: (command: CommandLine) => Part<Heard>,
): Part<void> {
  for (let mistakes = 0; mistakes < MAX_MISTAKES;) {
    const command = yield* readCommand(input, maxLine);
    if (command === null) return;
    if (command === TOO_LONG) {
      mistakes += 1;
      yield `${tooLong} a line has at most ${maxLine} bytes\r\n`;
      continue;
    }
    const heard = yield* heed(command);
    if (heard === 'over') return;
    if (heard === 'mistake') mistakes += 1;
  }
  yield `${tooMany} too many mistakes\r\n`;
}

/** Null: the peer has ended. */
function* readCommand(
  input: Input,
  maxLength: number,
): Hearing<CommandLine | typeof TOO_LONG | null> {
  const line = yield* input.line(maxLength);
  if (line === null || line === TOO_LONG) return line;
  const [, verb = '', argument = ''] = /^([^ ]*) *(.*)$/s.exec(line) ?? [];
  const trimmed = argument.trimEnd();
  return {
    verb: verb.toUpperCase(),
    argument: trimmed,
    words: trimmed === '' ? [] : trimmed.split(/ +/),
  };
}

/**
 * Any name with any password is let in, but with this one it is not: so that a device's way with a
 * refusal can be tried too.
 */
export function isRefusedPassword(password: string): boolean {
  return password === 'wrong';
}

/** Of SASL PLAIN (RFC 4616): the password; null: it is no such message. */
export function passwordOfPlain(base64: string): string | null {
  const parts = Buffer.from(base64, 'base64').toString('latin1').split('\0');
  return parts.length === 3 ? (parts[2] ?? null) : null;
}

/** What can be said back safely: no control characters, not long. */
export function shown(text: string): string {
  return text.slice(0, 60).replace(/[^\x20-\x7e]/g, '?');
}
