import { m } from '../i18n/generated/messages';

/*
 * What a recording in several files says of its parts stands in its rows in English, for Wireshark too
 * (`part-note.ts` and `missing-parts.ts` of the engine). What does not read as they write it is shown as
 * it is.
 */

const PART =
  /^part (?<number>\d+), (?<file>.*?)(?:; before it: (?<rows>\d+) rows?, (?<bytes>\d+) bytes?)?(?:; let go on purpose so far: (?<goneParts>\d+) parts?, (?<goneRows>\d+) rows?, (?<goneBytes>\d+) bytes?)?$/su;

const MISSING =
  /^(?:part (?<number>\d+)|parts (?<from>\d+) to (?<to>\d+))(?:: (?:(?<rows>\d+) rows?, (?<bytes>\d+) bytes?|how much was in (?:it|them) is not known))?$/u;

/** Of the first row of a part: which one it is, and what came before it. */
export function partText(text: string): string {
  const found = PART.exec(text)?.groups;
  if (found === undefined) return text;
  const { number = '', file = '', rows, bytes = '', goneParts } = found;
  const { goneRows = '', goneBytes = '' } = found;
  return [
    m.log_part({ number, file }),
    ...(rows === undefined ? [] : [m.log_part_before({ rows, bytes })]),
    ...(goneParts === undefined
      ? []
      : [m.log_part_let_go({ parts: goneParts, rows: goneRows, bytes: goneBytes })]),
  ].join('; ');
}

/** Of the row that stands for parts that are not there: which, and how much was in them. */
export function missingPartText(text: string): string {
  const found = MISSING.exec(text)?.groups;
  if (found === undefined) return text;
  const { number, from = '', to = '', rows, bytes = '' } = found;
  const part = number === undefined ? m.log_part_range({ from, to }) : m.log_part_one({ number });
  if (rows !== undefined) return m.log_part_lost({ part, rows, bytes });
  return text.includes(':') ? m.log_part_unknown({ part }) : part;
}
