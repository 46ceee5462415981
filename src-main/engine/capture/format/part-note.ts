import { counted } from '../../../../src-shared/counted';
import { basename } from 'node:path';
import type { Note } from '../../../../src-shared/contract/row';

/*
 * The first row of each part of a recording but the first: which one it is, how much came before it,
 * and what was let go on purpose. It is read back when the parts are opened as one: what is missing
 * between two of them is known by it.
 */

export interface PartFacts {
  /** From 1. */
  number: number;
  path: string;
  /** Of the whole recording, before this part; of files whose writer did not tell, null. */
  before: { rows: number; bytes: number } | null;
  letGoParts: number;
  letGoRows: number;
  letGoBytes: number;
}

const TEXT =
  /^part (?<number>\d+), .*?(?:; before it: (?<rows>\d+) rows?, (?<bytes>\d+) bytes?)?(?:; let go on purpose so far: (?<goneParts>\d+) parts?, (?<goneRows>\d+) rows?, (?<goneBytes>\d+) bytes?)?$/u;

export function partNote(facts: PartFacts): Note {
  const { number, path, before, letGoParts, letGoRows, letGoBytes } = facts;
  const told = before
    ? `; before it: ${counted(before.rows, 'row')}, ${counted(before.bytes, 'byte')}`
    : '';
  const gone =
    letGoParts === 0
      ? ''
      : `; let go on purpose so far: ${counted(letGoParts, 'part')}, ${counted(letGoRows, 'row')}, ${counted(letGoBytes, 'byte')}`;
  return { event: 'part', text: `part ${String(number)}, ${basename(path)}${told}${gone}` };
}

/** Null: it is the note of something else. */
export function readPartNote({ event, text }: Note): Omit<PartFacts, 'path'> | null {
  const groups = event === 'part' ? TEXT.exec(text ?? '')?.groups : undefined;
  if (!groups) return null;
  const { number, rows, bytes, goneParts, goneRows, goneBytes } = groups;
  return {
    number: Number(number),
    before: rows === undefined ? null : { rows: Number(rows), bytes: Number(bytes) },
    letGoParts: Number(goneParts ?? 0),
    letGoRows: Number(goneRows ?? 0),
    letGoBytes: Number(goneBytes ?? 0),
  };
}
