import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { Charset } from '../../src-shared/encoding/charset';
import { loadCharset } from '../../src-shared/encoding/load';
import { parseEncoding } from '../../src-shared/encoding/names';
import type { EncodingName } from '../../src-shared/encoding/names';

/** What `--encoding` says. */
export interface EncodingOptions {
  encoding?: EncodingName;
}

export function addEncodingOption(command: Command): Command {
  return command.option(
    '--encoding <name>',
    'what text is, of payloads and patterns: utf-8, gbk, gb18030, big5, shift_jis, windows-1251 … (default: utf-8)',
    encodingArgument,
  );
}

function encodingArgument(text: string): EncodingName {
  const parsed = parseEncoding(text);
  if (parsed.ok) return parsed.name;
  throw new InvalidArgumentError(`${parsed.message}.`);
}

export function charsetOf({
  encoding = 'utf-8',
}: {
  encoding?: EncodingName | undefined;
}): Promise<Charset> {
  return loadCharset(encoding);
}
