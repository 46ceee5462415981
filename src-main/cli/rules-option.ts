import type { Command } from 'commander';
import { Option } from 'commander';
import type { Address } from '../../src-shared/address/address';
import type { RuleBook } from '../engine/automation/rule-book';
import { hostField } from '../../src-shared/payload/host-field';
import { CliError, EXIT } from './exit';
import { addVariableOption, type VariableOptions } from './payloads';
import { readRulesFile } from './rules-file';

/** As commander parsed it. */
export interface RulesOptions extends VariableOptions {
  rules?: string;
}

/** Adds the options of `RulesOptions`; `others`: options that answer in another way. */
export function addRulesOption(command: Command, others: readonly string[]): Command {
  const words = 'answer what fits a pattern, by the rules in this JSON file (see docs/rules.md)';
  addVariableOption(command);
  return command.addOption(new Option('--rules <file>', words).conflicts([...others]));
}

/** For `Session`: the rules that are asked for, read and understood before anything is opened. */
export async function rulesFor(
  address: Address,
  { rules, var: variables = new Map<string, string>() }: RulesOptions,
): Promise<{ rules?: RuleBook }> {
  if (rules === undefined) return {};
  const { kind, options } = address;
  if (options.behave !== undefined)
    throw new CliError(
      EXIT.usage,
      `--rules and behave=${options.behave} in the address exclude each other.`,
    );
  const book = await readRulesFile(rules, { variables, host: hostField(address) });
  if (book.closes && kind.startsWith('udp'))
    throw new CliError(
      EXIT.usage,
      `A rule of ${rules} closes the connection, and ${kind} has none.`,
      ['Leave "close" out of the rules, or use a TCP address.'],
    );
  return { rules: book };
}
