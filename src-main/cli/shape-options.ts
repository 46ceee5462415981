import type { Command } from 'commander';
import { filterArgument, framingArgument } from './arguments';
import type { PartsOptions } from './capture-files';
import { addPartsOption } from './capture-files';
import { addDecodingOptions } from './decoding';
import { addEncodingOption } from './encoding';
import { highlightArgument } from './highlights';
import type { ShownOptions } from './shown';

/** What is shown of a capture, as commander parsed it. */
export interface ShapeOptions extends ShownOptions, PartsOptions {}

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
