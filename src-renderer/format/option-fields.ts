import { parseOptions } from '../../src-shared/address/address';
import type { AddressKind } from '../../src-shared/address/kinds';
import type { OptionInfo } from '../../src-shared/address/option-spec';
import { OPTION_TABLE } from '../../src-shared/address/options';
import type { FilePurpose } from '../../src-shared/contract/main';
import type { AppInfo } from '../../src-shared/contract/app-info';
import { m } from '../i18n/generated/messages';
import { OPTION_GROUPS, type OptionGroup } from './option-groups';
import { OPTION_WORDS } from './option-words';
import { UNREACHABLE_OPTIONS, type UnreachableOption } from './unreachable-options';

/** How an option is given. */
type OptionControl =
  /** On, or left out: its `off` would say nothing. */
  | 'check'
  /** On, off, or left to its default. */
  | 'switch'
  | 'choice'
  | 'text'
  | 'path'
  | 'secret'
  /** Among the servers and services of `behave=`. */
  | 'behaviour';

/** One field of the editor. */
export interface OptionField {
  name: string;
  control: OptionControl;
  label: string;
  /** The constant of the socket API, or the option's name in an address. */
  constant: string;
  help: string;
  /** As it may be written; what an empty field shows. */
  example: string;
  choices: readonly string[];
  purpose: FilePurpose | null;
  /** Why it is off on this system, or null. */
  offBecause: string | null;
}

export interface FieldGroup {
  group: OptionGroup;
  fields: readonly OptionField[];
  unreachable: readonly UnreachableOption[];
}

/** Flags whose `off` is not the same as leaving them out. */
const THREE_STATES = new Set(['verify', 'mcast-loop', 'v6only', 'nodelay']);

const PURPOSES: ReadonlyMap<string, FilePurpose> = new Map([
  ['ca', 'ca'],
  ['crl', 'crl'],
  ['cert', 'cert'],
  ['key', 'key'],
  ['pfx', 'pfx'],
  ['keylog', 'key-log'],
]);

/** Every field of the grammar for this kind, in groups; groups with nothing in them are left out. */
export function fieldGroups(kind: AddressKind, platform: AppInfo['platform']): FieldGroup[] {
  const table = new Map(OPTION_TABLE.map((info) => [info.name, info]));
  return OPTION_GROUPS.map((group) => {
    const fields: OptionField[] = [];
    for (const [name, words] of OPTION_WORDS) {
      const info = table.get(name);
      if (words.group === group && info?.kinds.includes(kind) === true)
        fields.push(field(info, kind, platform));
    }
    const unreachable = UNREACHABLE_OPTIONS.filter(
      (one) => one.group === group && one.kinds.includes(kind),
    );
    return { group, fields, unreachable };
  }).filter(({ fields }) => fields.length > 0);
}

function field(info: OptionInfo, kind: AddressKind, platform: AppInfo['platform']): OptionField {
  const { name, constant, example, choices = [] } = info;
  const words = OPTION_WORDS.get(name);
  return {
    name,
    control: controlOf(info),
    label: words?.label() ?? name,
    constant: constant ?? name,
    help: words?.help?.(kind) ?? '',
    example:
      name === 'fingerprint'
        ? 'AB:CD:…'
        : example.replace(/^[^=]*=?/, '').replace(/^"(.*)"$/, '$1'),
    // Some words fit some kinds only: a datagram socket has no FIN to send when it is idle.
    choices: choices.filter((word) => parseOptions(`${name}=${word}`, kind).ok),
    purpose: PURPOSES.get(name) ?? null,
    offBecause: runsOn(info, platform) ? null : m.no_because_linux(),
  };
}

function runsOn({ platforms }: OptionInfo, platform: AppInfo['platform']): boolean {
  const name = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }[String(platform)] ?? 'Linux';
  return platforms?.includes(name) ?? true;
}

function controlOf({ name, form }: OptionInfo): OptionControl {
  if (name === 'behave') return 'behaviour';
  switch (form) {
    case 'flag':
      return THREE_STATES.has(name) ? 'switch' : 'check';
    case 'choice':
      return 'choice';
    case 'path':
      return 'path';
    case 'secret':
      return 'secret';
    case 'number':
    case 'time':
    case 'size':
    case 'list':
    case 'text':
      return 'text';
    default:
      return form satisfies never;
  }
}
