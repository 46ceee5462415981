import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { Definition } from '../../src-shared/contract/definition';
import type { Decoder } from '../../src-shared/decode/decoders';
import { Decoders } from '../../src-shared/decode/decoders';
import { protoOf } from '../../src-shared/decode/definitions/proto-imports';
import { readDefinition } from '../../src-shared/decode/definitions/read-definition';
import { DECODER_NAMES, decoderName } from '../../src-shared/decode/names';
import { decodersIn } from '../../src-shared/filter/decoded-field';
import { parseFilter } from '../../src-shared/filter/parse';
import { CliError, EXIT, fileError } from './exit';

/** As commander parsed them. */
export interface DecodingOptions {
  decode?: string;
  layout?: string[];
  proto?: string[];
}

/** What frames are read with. */
export interface Decoding {
  /** Of `--decode`; null: none. */
  decoder: Decoder | null;
  /** Of `--layout` and `--proto`. */
  definitions: Definition[];
}

/** Folders above a `.proto` in which what it imports is looked for. */
const MAX_FOLDERS_UP = 8;

/** Adds the options of `DecodingOptions`. */
export function addDecodingOptions(command: Command): Command {
  const gathered = (file: string, before: string[] = []) => [...before, file];
  return command
    .option(
      '--decode <name>',
      `say what each frame means; without --framing, frames are messages of the protocol: ${DECODER_NAMES.join(', ')}, layout:NAME or proto:MESSAGE`,
    )
    .option('--layout <file>', 'a field layout, for layout:NAME and decode.NAME.field', gathered)
    .option('--proto <file>', 'a .proto file, for proto:MESSAGE and decode.NAME.field', gathered);
}

/** Reads what is named, and checks that filters name nothing else. Throws the `CliError` that says why not. */
export async function decodingOf(
  { decode, layout = [], proto = [] }: DecodingOptions,
  filters: readonly (string | undefined)[] = [],
): Promise<Decoding> {
  const wanted = decode?.startsWith('proto:') ? decode.slice('proto:'.length) : null;
  const definitions = [...layout.map(layoutAt), ...proto.map((path) => protoAt(path, wanted))];
  const decoders = await Decoders.of(definitions);
  const decoder = decode === undefined ? null : found(decoders.find(decode));
  for (const filter of filters) {
    const parsed = filter === undefined ? null : parseFilter(filter);
    // What is named is also understood, before a capture of hours is looked through.
    if (parsed?.ok) for (const name of decodersIn(parsed.filter)) found(decoders.named(name));
  }
  return { decoder, definitions };
}

function found(decoder: ReturnType<Decoders['find']>): Decoder {
  if (!('problem' in decoder)) return decoder;
  throw new CliError(EXIT.usage, `${decoder.problem}.`, [
    `There are ${DECODER_NAMES.join(', ')}; and layout:NAME with --layout FILE, proto:MESSAGE with --proto FILE.`,
  ]);
}

function layoutAt(path: string): Definition {
  const read = readDefinition(textAt(path));
  if (!read.ok)
    throw new CliError(
      EXIT.file,
      `${path} is no definition.`,
      read.problems.map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`),
    );
  if (decoderName(read.definition.name) === null) return read.definition;
  throw new CliError(EXIT.file, `${path}: “${read.definition.name}” is a built-in decoder.`);
}

/** The file and those it imports. */
function protoAt(path: string, message: string | null): Definition {
  const first = { name: basename(path), text: textAt(path) };
  return protoOf(first, message ?? '', (name) => importedText(dirname(path), name));
}

function importedText(folder: string, name: string): string | null {
  let from = folder;
  for (let up = 0; up < MAX_FOLDERS_UP; up++, from = dirname(from)) {
    try {
      return readFileSync(join(from, name), 'utf8');
    } catch {
      // It may stand further up, where the paths of imports begin.
    }
  }
  return null;
}

function textAt(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    throw fileError(thrown, path);
  }
}
