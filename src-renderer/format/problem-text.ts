import { plainLines } from '../../src-shared/payload/plain-text';
import type { Problem } from '../../src-shared/refusal/refusal';
import { m } from '../i18n/generated/messages';
import { aboutAddress } from './error-about';
import { errorText } from './error-text';
import { refusalText } from './refusal-text';
import { systemText } from './system-text';

/**
 * Why something was not done, in the language shown: as the refusal it is, else by its code; what has
 * neither, such as the words of Wireshark or a mistake of ours, in the words that came.
 */
export function problemText(problem: Problem): string {
  const { code, message } = problem;
  const text = refusalText(problem.reason) ?? systemText(code) ?? codeText(problem);
  if (text === null) return plainLines(message);
  return isSystems(problem) ? m.problem_of({ text, code }) : text;
}

/** What to tell besides: the system's own words, which name the file, and else the code. */
export function problemDetail(problem: Problem): string {
  return isSystems(problem) ? plainLines(problem.message) : problem.code;
}

function isSystems({ code, reason }: Problem): boolean {
  return reason === undefined && /^E[A-Z0-9]+$/.test(code);
}

/** By the table of the codes of sockets, in one paragraph: most places have one line for it. */
function codeText({ code, message }: Problem): string | null {
  const { sentence, causes } = errorText(
    { code, message },
    { ...aboutAddress('', null), address: null },
  );
  if (sentence === m.err_unknown({ code })) return null;
  return isSystems({ code, message }) ? sentence : [sentence, ...causes].join(' ');
}
