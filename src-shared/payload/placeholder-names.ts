import type { Checksum } from './checksum';
import { checksumNames, findChecksum } from './checksum';
import { NUMBER_TYPES } from './number-type';

/** How each is written, by its first word: for messages, and for the window's menu. */
export const PLACEHOLDER_USAGE: Readonly<Record<string, string>> = {
  counter: '{{counter:03 NAME from 1 step 1}}',
  random: '{{random 4}}',
  uuid: '{{uuid}}',
  now: '{{now}}',
  unix: '{{unix}}',
  unixms: '{{unixms}}',
  len: '{{len u16be 2..}}',
  crc: '{{crc CRC-16/MODBUS le}}',
  file: '{{file /path/to/file}}',
  var: '{{var NAME}}',
  hostname: '{{hostname}}',
  host: '{{host}}',
  rx: '{{rx 0..2}}',
  $: '{{$1}}',
};

/** A checksum without `crc` before it: what no catalogue names. */
export const SUM_NAMES = checksumNames().filter((name) => !name.startsWith('crc'));

/** Whether the word after `{{` in hex is a placeholder, and not digits within braces of an array. */
export function namesPlaceholder(text: string, at: number): boolean {
  const word = /^\{\{\s*(\$|[a-z0-9][\w/-]*)/i.exec(text.slice(at, at + 80))?.[1];
  if (word === undefined) return false;
  return isKnown(word.toLowerCase()) || !/^(?:0x)?[0-9a-f]*$/i.test(word);
}

function isKnown(head: string): boolean {
  return (
    Object.hasOwn(PLACEHOLDER_USAGE, head) || NUMBER_TYPES.has(head) || SUM_NAMES.includes(head)
  );
}

/** An example of what begins with that word. */
export function usageOf(name: string): string {
  const usage = Object.hasOwn(PLACEHOLDER_USAGE, name) ? PLACEHOLDER_USAGE[name] : undefined;
  if (usage !== undefined) return usage;
  if (NUMBER_TYPES.has(name)) return `{{${name} 1}}`;
  return SUM_NAMES.includes(name) ? `{{${name} 0..}}` : '{{counter}}';
}

/** A CRC as the catalogue names it, however it is spelled; without `CRC-` before it too. */
export function findCrc(name: string): Checksum | null {
  const bare = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const wanted = [bare(name), `crc${bare(name)}`];
  const found = checksumNames().find((one) => wanted.includes(bare(one)));
  return found?.startsWith('crc') === true ? findChecksum(found) : null;
}
