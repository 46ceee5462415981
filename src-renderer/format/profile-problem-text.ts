import type { ProfileProblem } from '../../src-shared/contract/main';
import { plainText } from '../../src-shared/payload/plain-text';
import { refusalText } from './refusal-text';

/** Why the file of a profile could not be read, and what became of it, in the language shown. */
export function profileProblemText({
  message,
  reasons = [],
}: Pick<ProfileProblem, 'message' | 'reasons'>): string {
  const said = reasons.map(refusalText);
  return plainText(said.length === 0 || said.includes(null) ? message : said.join(' '));
}
