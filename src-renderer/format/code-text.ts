import type { CodeLanguage, CodeRefusal } from '../../src-shared/code/plan';
import { m } from '../i18n/generated/messages';

/** Names of languages are names, the same in every language. */
export function languageLabel(language: CodeLanguage): string {
  switch (language) {
    case 'python':
      return 'Python (socket)';
    case 'node':
      return 'Node.js (net, dgram, tls)';
    case 'c':
      return 'C (POSIX)';
    case 'ncat':
      return 'ncat';
    case 'socat':
      return 'socat';
    case 'wirebench':
      return 'wirebench';
    default:
      return language satisfies never;
  }
}

/** Why there is no such code. */
export function refusalText(why: CodeRefusal): string {
  switch (why) {
    case 'no-tls':
      return m.code_no_tls();
    case 'no-pipe':
      return m.code_no_pipe();
    case 'too-much':
      return m.code_too_much();
    case 'datagram-size':
      return m.code_datagram_size();
    case 'argument-size':
      return m.code_argument_size();
    default:
      return why satisfies never;
  }
}
