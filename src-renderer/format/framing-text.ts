import type { FramingError } from '../../src-shared/framing/framing';
import { m } from '../i18n/generated/messages';

/** What works for each thing that can be wrong. */
const EXAMPLES: Record<FramingError['code'], string> = {
  'unknown-framing': 'line, delim:0d0a, fixed:16, len:u16be@4+6, gap:5ms, slip, cobs, proto:http',
  'bad-bytes': 'delim:0d0a, startend:02..03',
  'bad-number': 'fixed:16, len:u16be@4+6',
  'bad-field': 'len:u16be@4+6, proto:http',
  'bad-time': 'gap:5ms',
  'not-expected': 'line, slip, cobs, none',
};

/** A framing that cannot be used, in the user's language. */
export function framingErrorText({ code }: Pick<FramingError, 'code'>): string {
  return m.filter_example({ sentence: sentence(code), example: EXAMPLES[code] });
}

function sentence(code: FramingError['code']): string {
  switch (code) {
    case 'unknown-framing':
      return m.framing_error_unknown_framing();
    case 'bad-bytes':
      return m.framing_error_bad_bytes();
    case 'bad-number':
      return m.framing_error_bad_number();
    case 'bad-field':
      return m.framing_error_bad_field();
    case 'bad-time':
      return m.framing_error_bad_time();
    case 'not-expected':
      return m.framing_error_not_expected();
    default:
      return code satisfies never;
  }
}
