import type { RuleSet } from '../../../src-shared/contract/rules';
import { loadCharset } from '../../../src-shared/encoding/load';
import { parseEncoding } from '../../../src-shared/encoding/names';
import type { RuleFault } from '../../../src-shared/rules/understand';
import { understandRules } from '../../../src-shared/rules/understand';
import { refusal, type Refused } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';
import { RuleBook, type RuleSupply } from './rule-book';

const NOTHING: RuleSupply = { files: new Map(), variables: new Map(), host: null };

/**
 * A set of rules, ready to answer on one socket. Rejects with ERR_BAD_RULES that names the first thing
 * wrong. A file that a reply names must be supplied: a window may not have files read by naming them.
 */
export async function compileRules(
  set: RuleSet,
  given: Partial<RuleSupply> = {},
): Promise<RuleBook> {
  const encoding = parseEncoding(set.encoding ?? 'utf-8');
  if (!encoding.ok) throw new CommandError({ code: 'ERR_BAD_RULES', message: encoding.message });
  const supply = { ...NOTHING, ...given };
  const parsed = understandRules(set, await loadCharset(encoding.name), supply);
  if (!parsed.ok) {
    throw new CommandError('ERR_BAD_RULES', refusalOf(set, parsed.faults));
  }
  return new RuleBook(parsed.understood, supply);
}

/** The first that is wrong, and how many there are besides. */
function refusalOf({ rules }: RuleSet, [first, ...others]: readonly RuleFault[]): Refused {
  if (!first) return refusal('rules-none');
  const { rule, field, error } = first;
  const told = { at: first.at + 1, why: wordsOf(error) };
  const more = others.length;
  if (rule === null)
    return more > 0
      ? refusal('rules-framing-wrong', { ...told, more })
      : refusal('rule-framing-wrong', told);
  const place = { rule: rule + 1, name: rules[rule]?.name ?? '', field };
  return more > 0
    ? refusal('rules-wrong', { ...told, ...place, more })
    : refusal('rule-wrong', { ...told, ...place });
}

/** Where in a set something is wrong, and what. */
export function faultText({ rules }: RuleSet, { rule, field, at, error }: RuleFault): string {
  const name = rule === null ? 'the set' : `rule ${rule + 1} "${rules[rule]?.name ?? ''}"`;
  return `${name}, ${field} at ${at + 1}: ${wordsOf(error)}`;
}

/** Of what has no value, what helps here is not what helps in a payload to be sent. */
function wordsOf({ code, message, ...error }: RuleFault['error']): string {
  if (code === 'no-file' && 'found' in error)
    return `{{file ${error.found}}} can be used in a file of rules on the command line only`;
  if (code === 'not-set' && 'found' in error)
    return `{{var ${error.found}}} has no value here; write the text itself`;
  return message;
}
