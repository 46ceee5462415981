import type { Command } from 'commander';
import type { Definition } from '../../src-shared/contract/definition';
import type { ViewShape } from '../../src-shared/contract/view-shape';
import type { Decoder } from '../../src-shared/decode/decoders';
import { definitionsFor } from '../../src-shared/filter/decoded-field';
import { parseFilter } from '../../src-shared/filter/parse';
import type { NamedRule } from '../../src-shared/filter/rules';
import { formatFraming } from '../../src-shared/framing/framing';
import { filterArgument, framingArgument } from './arguments';
import type { PartsOptions } from './capture-files';
import { addPartsOption } from './capture-files';
import type { DecodingOptions } from './decoding';
import { addDecodingOptions, decodingOf } from './decoding';
import type { EncodingOptions } from './encoding';
import { addEncodingOption } from './encoding';
import { CliError, EXIT } from './exit';
import { expanded, highlightArgument } from './highlights';

/** How rows are cut and read, as commander parsed it. */
export interface RowOptions extends DecodingOptions, EncodingOptions {
  framing?: string;
}

/** What is shown of a capture, as commander parsed it. */
export interface ShapeOptions extends RowOptions, PartsOptions {
  filter?: string;
  displayFilter?: string;
  highlight?: readonly NamedRule[];
}

/** What is shown of a capture, understood. */
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

/** As it was written, when it is understood. */
function specOf(text: string): string {
  framingArgument(text);
  return text;
}

/** Adds the options of `RowOptions`. */
export function addRowOptions(command: Command): Command {
  return addEncodingOption(addDecodingOptions(command)).option(
    '--framing <spec>',
    'frames instead of chunks, such as line or len:u16be@4+6',
    specOf,
  );
}

/** Adds the options of `ShapeOptions`. */
export function addShapeOptions(command: Command): Command {
  return addPartsOption(addRowOptions(command))
    .option(
      '--filter <filter>',
      'only rows that pass, such as "dir:rx and len>64 and hex:01 03"',
      filterArgument,
    )
    .option('--display-filter <expr>', "only rows with a packet that passes Wireshark's filter")
    .option(
      '--highlight <name=filter>',
      'a rule: rows that are printed tell that they pass, and rule:NAME in filters means it; repeatable',
      highlightArgument,
    );
}

/** Throws the `CliError` that says why not. `others`: filters given elsewhere, which may name the same. */
export async function shownBy(
  { filter, displayFilter, framing, encoding, highlight: rules = [], ...decode }: ShapeOptions,
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
