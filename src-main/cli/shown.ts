import type { Definition } from '../../src-shared/contract/definition';
import type { ViewShape } from '../../src-shared/contract/view-shape';
import type { Decoder } from '../../src-shared/decode/decoders';
import { definitionsFor } from '../../src-shared/filter/decoded-field';
import { parseFilter } from '../../src-shared/filter/parse';
import type { NamedRule } from '../../src-shared/filter/rules';
import { formatFraming } from '../../src-shared/framing/framing';
import type { DecodingOptions } from './decoding';
import { decodingOf } from './decoding';
import type { EncodingOptions } from './encoding';
import { CliError, EXIT } from './exit';
import { expanded } from './highlights';

/** How rows are cut and read, as commander parsed it. */
export interface RowOptions extends DecodingOptions, EncodingOptions {
  framing?: string;
}

/** Which rows are shown, and what is told of them, as commander parsed it. */
export interface ShownOptions extends RowOptions {
  filter?: string;
  displayFilter?: string;
  highlight?: readonly NamedRule[];
}

/** What is shown of a capture or a live session, understood. */
export interface Shown {
  shape: ViewShape;
  decoder: Decoder | null;
  /** Of `--highlight`. */
  rules: readonly NamedRule[];
  /** Of `--layout` and `--proto`, for what names them. */
  definitions: readonly Definition[];
  /** Filters besides `--filter`, in their order and without names of rules. */
  others: string[];
}

/** Throws the `CliError` that says why not. `others`: filters given elsewhere, which may name the same. */
export async function shownBy(
  { filter, displayFilter, framing, encoding, highlight: rules = [], ...decode }: ShownOptions,
  others: readonly string[] = [],
): Promise<Shown> {
  const meant = filter === undefined ? undefined : expanded(filter, rules);
  const meantOthers = others.map((other) => expanded(other, rules));
  const named = rules.map(({ expression }) => expression);
  const { decoder, definitions } = await decodingOf(decode, [meant, ...meantOthers, ...named]);
  // A decoder alone: the messages of its protocol.
  const frames = framing ?? (decoder && formatFraming(decoder.framing));
  const shape = {
    ...(meant ? { filter: meant, definitions: namedIn(meant, definitions) } : {}),
    ...(displayFilter ? { displayFilter } : {}),
    ...(frames ? { framing: frames } : {}),
    ...(encoding && encoding !== 'utf-8' ? { encoding } : {}),
  };
  return { shape, decoder, rules, definitions, others: meantOthers };
}

/** Of these definitions, those that a filter names. */
export function namedIn(filter: string, definitions: readonly Definition[]): Definition[] {
  const parsed = parseFilter(filter);
  if (!parsed.ok) throw new CliError(EXIT.usage, parsed.error.message);
  return definitionsFor([parsed.filter], definitions);
}
