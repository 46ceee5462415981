import { InvalidArgumentError, Option } from 'commander';
import type { Address } from '../../src-shared/address/address';
import { parseAddress } from '../../src-shared/address/address';
import type { AddressKind } from '../../src-shared/address/kinds';
import { DIALS, LISTENERS } from '../../src-shared/address/kinds';
import { parseFilter } from '../../src-shared/filter/parse';
import type { Framing } from '../../src-shared/framing/framing';
import { parseFraming } from '../../src-shared/framing/framing';
import { CliError, EXIT } from './exit';
import type { PrintMode } from './lines';

/** What `listen` takes, and what `connect` takes. */
export const WAITS: readonly AddressKind[] = [...LISTENERS, 'udp-listen', 'udp-mcast'];
export const REACHES: readonly AddressKind[] = [...DIALS, 'udp'];

/** Of an argument that is not understood: what, and where in it. */
export function wrongAt(text: string, { message, at }: { message: string; at: number }) {
  const place = text === '' ? '' : `\n  ${pointAt(text, at)}`;
  return new InvalidArgumentError(message + place);
}

/** A filter that is understood, as it was written. */
export function filterArgument(text: string): string {
  const parsed = parseFilter(text);
  // What a rule means is known only when all options are.
  if (parsed.ok || parsed.error.code === 'unknown-rule') return text;
  throw wrongAt(text, parsed.error);
}

export function framingArgument(text: string): Framing {
  const parsed = parseFraming(text);
  if (parsed.ok) return parsed.framing;
  throw wrongAt(text, parsed.error);
}

/** An address of one of these kinds; `otherVerb` is for the others. */
export function addressArgument(
  text: string,
  kinds: readonly AddressKind[],
  verb: string,
  otherVerb: string,
): Address {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw wrongAddress(text, parsed.error);
  if (kinds.includes(parsed.address.kind)) return parsed.address;
  throw wrongKind(text, parsed.address.kind, kinds, verb, otherVerb);
}

/** An address that is not understood. */
export function wrongAddress(text: string, { message, at }: { message: string; at: number }) {
  return new CliError(EXIT.usage, message, text === '' ? [] : [pointAt(text, at)]);
}

/** An address that this verb does not take. */
export function wrongKind(
  text: string,
  kind: AddressKind,
  kinds: readonly AddressKind[],
  verb: string,
  otherVerb: string,
): CliError {
  return new CliError(
    EXIT.usage,
    `\`wirebench ${verb}\` takes ${listed(kinds)} addresses, not ${kind}.`,
    [`Use \`wirebench ${otherVerb} ${text}\`, or ${kinds[0] ?? ''}:…`],
  );
}

/** The text with a mark under the place; only a part of long or multi-line texts. */
export function pointAt(text: string, at: number): string {
  const start = Math.max(0, at - 40);
  const shown = text.slice(start, at + 30).replace(/[^\x20-\x7e]/g, '?');
  return `${shown}\n  ${' '.repeat(at - start)}^`;
}

export function printOption(modes: readonly PrintMode[]): Option {
  return new Option('--print <mode>', 'what standard output shows').choices(modes).default('text');
}

function listed(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), names.at(-1)].filter((part) => part !== '').join(' and ');
}
