import type { Conversation } from './conversation';
import { CodedReply, ends, goesOn, nothingCounted } from './conversation';

/** RFC 959: the control connection. Files go over connections of their own. */
export function ftp(): Conversation {
  const reply = new CodedReply();
  return {
    client: { line: () => ends('command'), counted: nothingCounted },
    server: {
      line: (line) => (reply.line(line.text) === null ? goesOn('reply') : ends('reply')),
      counted: nothingCounted,
    },
  };
}
