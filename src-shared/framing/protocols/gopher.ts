import type { Conversation } from './conversation';
import { ends, nothingCounted } from './conversation';

/** RFC 1436: one line asks; what the server says is complete when it closes. */
export function gopher(): Conversation {
  return {
    client: { line: () => ends('command'), counted: nothingCounted },
    server: {
      line: () => ({ cut: null, want: 'all', role: 'answer' }),
      counted: nothingCounted,
    },
  };
}
