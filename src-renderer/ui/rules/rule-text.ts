import type { RuleState } from '../../../src-shared/contract/rules';
import type { PatternError } from '../../../src-shared/payload/pattern';
import { plainText } from '../../../src-shared/payload/plain-text';
import type { RuleFault } from '../../../src-shared/rules/understand';
import { framingErrorText } from '../../format/framing-text';
import { formatCount } from '../../format/sizes';
import { m } from '../../i18n/generated/messages';
import { getLocale } from '../../i18n/locale.svelte';
import type { DraftFault, RuleClose, RuleMatch } from '../../state/reply-drafts';
import { draftErrorText } from '../composer/composer-text';

/** What is wrong in a set of rules, in the language of the window. */
export function ruleFaultText(fault: RuleFault): string {
  switch (fault.field) {
    case 'framing':
      return framingErrorText(fault.error);
    case 'when':
      return patternErrorText(fault.error);
    case 'reply':
      return replyErrorText(fault.error);
    case 'match':
    case 'name':
      return fault.error.code === 'same-name' ? m.rules_name_taken() : m.rules_match_expression();
    default:
      return fault satisfies never;
  }
}

type ReplyFault = Extract<RuleFault, { field: 'reply' }>;

function replyErrorText(error: ReplyFault['error']): string {
  if (error.code === 'unknown-reply') return m.rules_reply_unknown();
  if (error.code === 'not-set') return m.rules_reply_no_value({ found: error.found });
  if (error.code === 'no-file') return m.rules_reply_no_file({ found: plainText(error.found) });
  return draftErrorText(error);
}

function patternErrorText({ code, message }: PatternError): string {
  switch (code) {
    case 'unknown-pattern':
      return m.rules_when_unknown();
    case 'empty-pattern':
      return m.rules_when_empty();
    case 'long-pattern':
      return m.rules_when_long();
    case 'bad-hex':
      return m.rules_when_hex();
    case 'bad-escape':
      return m.rules_when_escape();
    case 'bad-regex':
      return m.rules_when_expression({ detail: plainText(message) });
    default:
      return code satisfies never;
  }
}

export function draftFaultText(fault: DraftFault): string {
  switch (fault) {
    case 'name':
      return m.rules_name_needed();
    case 'when':
      return m.rules_when_empty();
    case 'delay':
    case 'jitter':
      return m.rules_time_wrong();
    case 'chance':
      return m.rules_chance_wrong();
    default:
      return fault satisfies never;
  }
}

export function matchText(match: RuleMatch): string {
  switch (match) {
    case 'contains':
      return m.rules_match_contains();
    case 'exact':
      return m.rules_match_exact();
    case 'prefix':
      return m.rules_match_prefix();
    case 'suffix':
      return m.rules_match_suffix();
    default:
      return match satisfies never;
  }
}

export function closeText(close: RuleClose): string {
  switch (close) {
    case 'none':
      return m.rules_close_none();
    case 'end':
      return m.rules_close_end();
    case 'reset':
      return m.rules_close_reset();
    default:
      return close satisfies never;
  }
}

/** How the rules of a socket have fared, in one line. */
export function rulesSummary({ rules, unmatched }: RuleState): string {
  const hits = rules.reduce((sum, rule) => sum + rule.hits, 0);
  return m.rules_summary({
    rules: formatCount(rules.length, getLocale()),
    hits: formatCount(hits, getLocale()),
    unmatched: formatCount(unmatched, getLocale()),
  });
}
