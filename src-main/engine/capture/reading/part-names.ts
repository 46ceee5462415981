import { readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** `day.00003.pcapng`: as `partPath` names them. */
const PART = /^(?<stem>.*)\.(?<number>\d{5,9})(?<suffix>\.(?:pcapng|pcap|cap))?$/i;

/** Parts of a recording that the user keeps are in a folder in that of the others. */
const KEPT = 'kept';

interface PartName {
  stem: string;
  /** From 1. */
  number: number;
  suffix: string;
}

/** What its name says; null: it is not named as a part is. */
export function partName(path: string): PartName | null {
  const groups = PART.exec(basename(path))?.groups;
  if (!groups) return null;
  const { stem = '', number = '', suffix = '' } = groups;
  return Number(number) === 0 ? null : { stem, number: Number(number), suffix };
}

function isSame(a: PartName | null, b: PartName | null): boolean {
  return a !== null && b !== null && a.stem === b.stem && a.suffix === b.suffix;
}

/** All parts there are of the recording that a file is one of, in order; of one that is none, itself. */
export function partsOf(path: string): string[] {
  const of = partName(path);
  if (!of) return [path];
  const folder = dirname(path);
  const home = basename(resolve(folder)) === KEPT ? dirname(resolve(folder)) : folder;
  const found = new Map<number, string>();
  for (const there of new Set([join(home, KEPT), home, folder]))
    for (const name of namesIn(there)) {
      const named = partName(name);
      if (named && isSame(of, named)) found.set(named.number, join(there, name));
    }
  found.set(of.number, path);
  return [...found].sort(([a], [b]) => a - b).map(([, part]) => part);
}

/** Which one of how many parts a file is; undefined: it is the only one, or none. */
export function partOf(path: string): { number: number; count: number } | undefined {
  const number = partName(path)?.number;
  const count = number === undefined ? 0 : partsOf(path).length;
  return number === undefined || count < 2 ? undefined : { number, count };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Parts of one recording in the order of their numbers; other files as they are given. Each once. */
export function inOrder(paths: readonly string[]): string[] {
  const once = [...new Map(paths.map((path) => [resolve(path), path])).values()];
  const [first = ''] = once;
  const of = partName(first);
  if (!once.every((path) => isSame(of, partName(path)))) return once;
  const numberOf = (path: string): number => partName(path)?.number ?? 0;
  return once.sort((a, b) => numberOf(a) - numberOf(b));
}

/** Which parts are missing between two files of a recording: `null` before the first. */
export function missingBetween(
  before: string | null,
  path: string,
): { from: number; to: number } | null {
  const next = partName(path);
  const last = before === null ? null : partName(before);
  if (!next || (before !== null && !isSame(last, next))) return null;
  const from = (last?.number ?? 0) + 1;
  return from < next.number ? { from, to: next.number - 1 } : null;
}

/** What several files are called together: `day.00001-00024.pcapng`, or the first and how many more. */
export function joinedName(paths: readonly string[]): string {
  const [first = '', last = first] = [paths[0], paths.at(-1)];
  const [from, to] = [partName(first), partName(last)];
  if (paths.length < 2) return first;
  if (from === null || to === null || !paths.every((path) => isSame(from, partName(path))))
    return `${first} (+${String(paths.length - 1)})`;
  const digits = (number: number): string => String(number).padStart(5, '0');
  const name = `${from.stem}.${digits(from.number)}-${digits(to.number)}${from.suffix}`;
  return join(dirname(first), name);
}
