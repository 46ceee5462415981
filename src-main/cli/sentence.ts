import type { SocketError } from '../../src-shared/contract/socket';

/** What an error says as a sentence; a name that it begins with, such as that of a file, stays as it is. */
export function sentenceOf(
  { message, reason }: Pick<SocketError, 'message' | 'reason'>,
  subject = '',
): string {
  const names = [subject, ...Object.values(reason?.values ?? {})];
  const isNamed = names.some((name) => name !== '' && message.startsWith(name));
  const first = isNamed ? message.charAt(0) : message.charAt(0).toUpperCase();
  return `${first}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`;
}
