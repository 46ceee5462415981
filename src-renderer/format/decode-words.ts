import type { Words } from '../../src-shared/decode/words';
import { m } from '../i18n/generated/messages';

/** What decoders say in the language shown. `{n}` stays for them to fill in. */
export function decodeWords(): Words {
  return {
    byte: m.decode_word_byte(),
    bytes: m.decode_word_bytes({ n: '{n}' }),
    rest: m.decode_word_rest(),
    incomplete: m.decode_word_incomplete(),
    complete: m.decode_word_complete(),
    line: m.decode_word_line(),
    lines: m.decode_word_lines({ n: '{n}' }),
    'ends-with-dot': m.decode_word_ends_with_dot(),
    'checksum-wrong': m.decode_word_checksum_wrong(),
    'checksum-right': m.decode_word_checksum_right(),
    'not-expected': m.decode_word_not_expected(),
    'not-this': m.decode_word_not_this({ n: '{n}' }),
    'perhaps-message': m.decode_word_perhaps_message({ n: '{n}' }),
    'unknown-field': m.decode_word_unknown_field({ n: '{n}' }),
    text: m.decode_word_text(),
    binary: m.decode_word_binary(),
    menu: m.decode_word_menu(),
    'root-menu': m.decode_word_root_menu(),
    entry: m.decode_word_entry(),
    entries: m.decode_word_entries({ n: '{n}' }),
    'of-information': m.decode_word_of_information({ n: '{n}' }),
    'head-goes-on': m.decode_word_head_goes_on(),
    body: m.decode_word_body(),
    'first-piece': m.decode_word_first_piece(),
    'middle-piece': m.decode_word_middle_piece(),
    'last-piece': m.decode_word_last_piece(),
    chunk: m.decode_word_chunk(),
    'last-chunk': m.decode_word_last_chunk(),
    'dot-doubled': m.decode_word_dot_doubled(),
    'tls-record': m.decode_word_tls_record(),
    'no-question': m.decode_word_no_question(),
    'too-deep': m.decode_word_too_deep(),
    'too-many': m.decode_word_too_many(),
  };
}
