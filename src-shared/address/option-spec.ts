import { parseText } from '../payload/text';
import type { AddressOptions, FieldOf } from './address-options';
import type { AddressKind } from './kinds';
import { formatSize, formatTime, parseSize, parseTime } from './quantity';
import { escapeControls } from './quoting';

/** How an option is written, for what offers a field for it. */
export type OptionForm =
  'flag' | 'number' | 'time' | 'size' | 'choice' | 'list' | 'text' | 'path' | 'secret';

/** One option of the grammar, as the documents and the window's editor know it. */
export interface OptionInfo {
  name: string;
  aliases: readonly string[];
  kinds: readonly AddressKind[];
  form: OptionForm;
  /** The only values, where they are few. */
  choices?: readonly string[];
  /** The constant of the socket API behind it; null: Wirebench's own. */
  constant: string | null;
  /** As it is written in an address that works. */
  example: string;
  /** The value is text with escapes of its own. */
  keepEscapes?: boolean;
  /** The systems that have it; not given: all. */
  platforms?: readonly string[];
}

export interface OptionSpec extends OptionInfo {
  /** `value` null: written without `=`. False: not a value of this option. */
  set(into: AddressOptions, value: string | null, kind: AddressKind): boolean;
  /** The value, without quotes; true for a flag that is on. Null: not set. */
  show(from: AddressOptions): string | true | null;
}

/** What every maker below is given. `constant` is null when it is not given. */
interface Common {
  aliases?: readonly string[];
  kinds: readonly AddressKind[];
  constant?: string;
  platforms?: readonly string[];
}

const ON = /^(?:on|yes|true|1)$/i;
const OFF = /^(?:off|no|false|0)$/i;

/** On or off; null when it is neither. `value` null, a name alone, is on. */
export function parseSwitch(value: string | null): boolean | null {
  if (value === null || ON.test(value)) return true;
  return OFF.test(value) ? false : null;
}

function info(name: string, form: OptionForm, value: string | null, common: Common) {
  const { aliases = [], kinds, constant = null, platforms } = common;
  const example = value === null ? name : `${name}=${value}`;
  return { name, aliases, kinds, form, constant, example, ...(platforms ? { platforms } : {}) };
}

export function flag(name: string, key: FieldOf<boolean>, common: Common): OptionSpec {
  return {
    ...info(name, 'flag', null, common),
    set(into, value) {
      const on = parseSwitch(value);
      if (on === null) return false;
      into[key] = on;
      return true;
    },
    show: ({ [key]: on }) => (on === undefined ? null : on || 'off'),
  };
}

export function whole(
  name: string,
  key: FieldOf<number>,
  range: { min: number; max: number; example: string },
  common: Common,
): OptionSpec {
  return {
    ...info(name, 'number', range.example, common),
    set(into, value) {
      if (!/^\d{1,10}$/.test(value ?? '')) return false;
      const number = Number(value);
      if (number < range.min || number > range.max) return false;
      into[key] = number;
      return true;
    },
    show: ({ [key]: value }) => (value === undefined ? null : String(value)),
  };
}

export function time(
  name: string,
  key: FieldOf<number>,
  example: string,
  common: Common,
  alone?: number,
): OptionSpec {
  return {
    ...info(name, 'time', example, common),
    set(into, value) {
      const ms = value === null && alone !== undefined ? alone : parseTime(value ?? '');
      if (ms === null || ms === 0) return false;
      into[key] = ms;
      return true;
    },
    show: ({ [key]: ms }) => (ms === undefined ? null : formatTime(ms)),
  };
}

export function size(name: string, key: FieldOf<number>, common: Common): OptionSpec {
  return {
    ...info(name, 'size', '4MiB', common),
    set(into, value) {
      const bytes = parseSize(value ?? '');
      if (bytes === null || bytes === 0) return false;
      into[key] = bytes;
      return true;
    },
    show: ({ [key]: bytes }) => (bytes === undefined ? null : formatSize(bytes)),
  };
}

/** One of a few words. `fit` narrows them for a kind. */
export function choice<Key extends FieldOf<string>>(
  name: string,
  key: Key,
  words: readonly NonNullable<AddressOptions[Key]>[],
  example: string,
  common: Common & { fit?: (word: string, kind: AddressKind) => boolean },
): OptionSpec {
  return {
    ...info(name, 'choice', example, common),
    choices: words,
    set(into, value, kind) {
      const word = words.find((one) => one === value?.toLowerCase());
      if (word === undefined || common.fit?.(word, kind) === false) return false;
      into[key] = word;
      return true;
    },
    show: ({ [key]: word }) => word ?? null,
  };
}

type Plain =
  | 'servername'
  | 'multicastInterface'
  | 'ciphers'
  | 'curves'
  | 'sigalgs'
  | 'pskIdentity'
  | 'relayTo';
type FilePath = 'ca' | 'crl' | 'cert' | 'key' | 'pfx' | 'keyLog';
type Secret = 'passphrase' | 'psk';

/** Text that `good` accepts; without `good` any that is not empty and has no NUL. */
export function text(
  name: string,
  key: Plain | FilePath | Secret,
  example: string,
  common: Common & { form?: OptionForm; good?: (value: string) => boolean },
): OptionSpec {
  const { form = 'text', good = () => true } = common;
  return {
    ...info(name, form, example, common),
    set(into, value) {
      if (value === null || value === '' || value.includes('\0') || !good(value)) return false;
      into[key] = value;
      return true;
    },
    show: ({ [key]: value }) => value ?? null,
  };
}

/** Items between semicolons, each as `item` gives it back; null from `item`: no item. */
export function list(
  name: string,
  key: FieldOf<string[]>,
  example: string,
  item: (text: string) => string | null,
  common: Common,
): OptionSpec {
  return {
    ...info(name, 'list', example, common),
    set(into, value) {
      const items: string[] = [];
      for (const part of (value ?? '').split(';')) {
        const one = item(part.trim());
        if (one === null) return false;
        items.push(one);
      }
      into[key] = items;
      return true;
    },
    show: ({ [key]: items }) => items?.join(';') ?? null,
  };
}

/** Bytes, as text with the escapes of the payload language. */
export function escapedText(
  name: string,
  key: 'greeting' | 'reply',
  example: string,
  common: Common,
): OptionSpec {
  return {
    ...info(name, 'text', example, common),
    keepEscapes: true,
    set(into, value) {
      const source = escapeControls(value ?? '');
      if (source === '' || !parseText(source, { escapes: true, lineEnding: 'none' }).ok)
        return false;
      into[key] = source;
      return true;
    },
    show: ({ [key]: value }) => value ?? null,
  };
}
