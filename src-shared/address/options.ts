import type { AddressOptions } from './address-options';
import type { AddressKind } from './kinds';
import { exampleOf } from './kinds';
import type { OptionInfo, OptionSpec } from './option-spec';
import { meantOption, needsNoOption } from './meant';
import { nearest } from './nearest';
import { AddressProblem } from './problem';
import type { Part } from './quoting';
import { readValue, writeValue } from './quoting';
import {
  BEHAVIOUR_OPTIONS,
  BIND_OPTIONS,
  LISTENER_OPTIONS,
  STREAM_OPTIONS,
} from './stream-options';
import { RECORDING_OPTIONS } from './recording-options';
import { LOCAL_OPTIONS, TLS_OPTIONS } from './tls-options';
import { UDP_OPTIONS } from './udp-options';
import { UNREACHABLE } from './unreachable';

/** In the order in which `formatAddress` writes them. */
const OPTIONS: readonly OptionSpec[] = [
  ...BIND_OPTIONS,
  ...STREAM_OPTIONS,
  ...LISTENER_OPTIONS,
  ...UDP_OPTIONS,
  ...TLS_OPTIONS,
  ...LOCAL_OPTIONS,
  ...BEHAVIOUR_OPTIONS,
  ...RECORDING_OPTIONS,
];

/** Every option, in the order in which `formatAddress` writes them. */
export const OPTION_TABLE: readonly OptionInfo[] = OPTIONS;

/** One option, spaces around it allowed. */
export function parseOption(into: AddressOptions, part: Part, kind: AddressKind): void {
  const { text, at } = part;
  const start = at + text.length - text.trimStart().length;
  const equals = text.indexOf('=');
  const name = (equals === -1 ? text : text.slice(0, equals)).trim();
  const spec = find(name, start, kind);
  const option = spec.name;
  if (!spec.kinds.includes(kind))
    throw new AddressProblem('option-not-here', start, `"${name}" does not apply to ${kind}`, {
      found: name,
      option,
      kind,
      example: exampleOf(spec.kinds[0] ?? 'tcp', spec.example),
    });
  const example = exampleOf(kind, spec.example);
  if (spec.show(into) !== null)
    throw new AddressProblem('duplicate-option', start, `"${name}" is given twice`, {
      found: name,
      option,
      example,
    });
  const written = equals === -1 ? null : text.slice(equals + 1).trim();
  const valueAt = equals === -1 ? start : at + equals + 1;
  const quoteAt = valueAt + text.slice(equals + 1).search(/\S|$/);
  const value =
    written === null
      ? null
      : readValue(written, quoteAt, { found: '', option, kind, example }, spec.keepEscapes);
  if (!spec.set(into, value, kind)) throw badValue(spec, value, valueAt, kind);
}

function badValue(
  spec: OptionSpec,
  value: string | null,
  at: number,
  kind: AddressKind,
): AddressProblem {
  const { name } = spec;
  const values = { option: name, kind, example: exampleOf(kind, spec.example) };
  if (spec.form === 'secret')
    // Whatever was written there may be the secret: it is not repeated.
    return new AddressProblem(
      'bad-option-value',
      at,
      `"${name}" takes where the secret is, never the secret: secret:NAME, env:NAME or file:PATH`,
      { ...values, found: name },
    );
  const choices = spec.choices ? `; it is ${spec.choices.join(', ')}` : '';
  const sentence =
    value === null ? `"${name}" needs a value` : `"${value}" is not a value of "${name}"${choices}`;
  return new AddressProblem('bad-option-value', at, sentence, { ...values, found: value ?? name });
}

function find(name: string, at: number, kind: AddressKind): OptionSpec {
  const wanted = name.toLowerCase();
  const spec = OPTIONS.find((one) => one.name === wanted || one.aliases.includes(wanted));
  if (spec) return spec;
  const here = OPTIONS.filter((one) => one.kinds.includes(kind));
  const constant = UNREACHABLE.get(wanted);
  if (constant !== undefined) throw unreachable(name, constant, at, kind, here);
  const names = here.map((one) => one.name);
  const needless = needsNoOption(wanted, kind);
  const like = needless ? undefined : (meantOption(wanted, names) ?? nearest(wanted, names));
  const sentence =
    name === ''
      ? 'An option is missing after the comma'
      : `There is no option "${name}"${hint(kind, needless, like, names)}`;
  throw new AddressProblem('unknown-option', at, sentence, {
    found: name === '' ? ',' : name,
    option: name,
    kind,
    ...(needless ? { needless } : {}),
    ...(like === undefined ? {} : { nearest: like }),
    example: exampleOf(kind, here.find((one) => one.name === like)?.example),
  });
}

function hint(
  kind: AddressKind,
  needless: 'place' | 'anyway' | null,
  like: string | undefined,
  names: readonly string[],
): string {
  if (needless === 'place') return ': that stands before the first comma';
  if (needless === 'anyway') return ': a listener serves every client anyway, so leave it out';
  return like === undefined ? `; ${kind} has ${names.join(', ')}` : `; did you mean "${like}"?`;
}

/** `here`: the options of that kind. An interface can be chosen by other means, which are named. */
function unreachable(
  name: string,
  constant: string,
  at: number,
  kind: AddressKind,
  here: readonly OptionSpec[],
): AddressProblem {
  const means = constant === 'SO_BINDTODEVICE' ? ['mcast-if', 'bind'] : [];
  const instead = here.find((one) => means.includes(one.name));
  const why = `"${name}" (${constant}) cannot be set: Node.js has no call for it`;
  return new AddressProblem(
    'option-unreachable',
    at,
    instead ? `${why}; use "${instead.name}"` : why,
    {
      ...{ found: name, option: name.toLowerCase(), kind, constant },
      ...(instead ? { nearest: instead.name } : {}),
      example: exampleOf(kind, instead?.example),
    },
  );
}

/** `,option=value` for all that are set. */
export function formatOptions(options: AddressOptions): string {
  return optionValues(options)
    .map(({ name, value }) => `,${writeOption(name, value)}`)
    .join('');
}

/** The value of each option that is set, without quotes; '' for a flag that is on. For fields. */
export function optionValues(options: AddressOptions): { name: string; value: string }[] {
  return OPTIONS.flatMap((spec) => {
    const value = spec.show(options);
    return value === null ? [] : [{ name: spec.name, value: value === true ? '' : value }];
  });
}

/** One option as it is written, quoted where it must be; the opposite of `optionValues`. */
export function writeOption(name: string, value: string): string {
  if (value === '') return name;
  const spec = OPTIONS.find((one) => one.name === name);
  return `${name}=${writeValue(value, spec?.keepEscapes)}`;
}
