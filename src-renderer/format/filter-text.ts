import type { FilterError } from '../../src-shared/filter/filter';
import { m } from '../i18n/generated/messages';

/** A filter that cannot be used, in the user's language. */
export function filterErrorText(error: FilterError): string {
  return m.filter_example({ sentence: sentence(error), example: error.values.example });
}

function sentence({ code, values }: FilterError): string {
  const { found } = values;
  switch (code) {
    case 'empty':
      return m.filter_error_empty();
    case 'missing-term':
      return m.filter_error_missing_term();
    case 'missing-close':
      return m.filter_error_missing_close();
    case 'extra-close':
      return m.filter_error_extra_close();
    case 'open-quote':
      return m.filter_error_open_quote({ found });
    case 'unknown-field':
      return m.filter_error_unknown_field({ found });
    case 'bad-way':
      return m.filter_error_bad_way({ found });
    case 'bad-number':
      return m.filter_error_bad_number({ found });
    case 'bad-time':
      return m.filter_error_bad_time({ found });
    case 'bad-event':
      return m.filter_error_bad_event({ found });
    case 'bad-pattern':
      return m.filter_error_bad_pattern({ found });
    case 'bad-decoded':
      return m.filter_error_bad_decoded({ found });
    case 'unknown-decoder':
      return m.filter_error_unknown_decoder({ found });
    case 'unknown-rule':
      return m.filter_error_unknown_rule({ found });
    case 'rule-loop':
      return m.filter_error_rule_loop({ found });
    case 'too-long':
      return m.filter_error_too_long();
    default:
      return code satisfies never;
  }
}
