import type { AnsweringName } from '../../src-shared/contract/behaviour';
import { m } from '../i18n/generated/messages';

/** What a server behaviour does, in a few words. */
export function behaviourLabel(name: AnsweringName): string {
  switch (name) {
    case 'echo':
      return m.behave_echo();
    case 'discard':
      return m.behave_discard();
    case 'chargen':
      return m.behave_chargen();
    case 'daytime':
      return m.behave_daytime();
    case 'time':
      return m.behave_time();
    case 'reply':
      return m.behave_reply();
    case 'hub':
      return m.behave_hub();
    case 'relay':
      return m.behave_relay();
    case 'rules':
      return m.behave_rules();
    case 'http':
      return m.behave_http();
    case 'smtp':
      return m.behave_smtp();
    case 'pop3':
      return m.behave_pop3();
    case 'imap4':
      return m.behave_imap4();
    case 'nntp':
      return m.behave_nntp();
    case 'ftp':
      return m.behave_ftp();
    case 'telnet':
      return m.behave_telnet();
    case 'gopher':
      return m.behave_gopher();
    default:
      return name satisfies never;
  }
}

/** The same in a word or two, for a mark. */
export function behaviourWord(name: AnsweringName): string {
  switch (name) {
    case 'echo':
      return m.behave_word_echo();
    case 'discard':
      return m.behave_word_discard();
    case 'chargen':
      return m.behave_word_chargen();
    case 'daytime':
      return m.behave_word_daytime();
    case 'time':
      return m.behave_word_time();
    case 'reply':
      return m.behave_word_reply();
    case 'hub':
      return m.behave_word_hub();
    case 'relay':
      return m.behave_word_relay();
    case 'rules':
      return m.behave_word_rules();
    case 'http':
    case 'smtp':
    case 'pop3':
    case 'imap4':
    case 'nntp':
    case 'ftp':
      return name.toUpperCase();
    case 'telnet':
      return 'Telnet';
    case 'gopher':
      return 'Gopher';
    default:
      return name satisfies never;
  }
}
