import type { Line, Step } from '../line-scanner';
import type { Conversation, Link } from './conversation';
import { ends, goesOn } from './conversation';

/** `{12}` announces a literal; `{12+}` one that is sent without being asked for (RFC 7888). */
const LITERAL = /\{(\d{1,15})\+?\}$/;

const REFUSED = /^[^ *+]+ (?:NO|BAD)\b/i;

/** RFC 3501: a command and an answer are a line, with its literals and the lines that go on after. */
export function imap4(link: Link): Conversation {
  /** After `+` to AUTHENTICATE the client sends lines that are no commands. */
  let authenticating = false;

  function read(line: Line, role: 'command' | 'reply' | 'auth'): Step {
    const literal = LITERAL.exec(line.tail);
    if (!literal) return ends(role, role === 'auth' ? 'command' : role);
    return { cut: null, want: Number(literal[1]), role };
  }

  return {
    client: {
      line: (line) => {
        if (authenticating) return read(line, 'auth');
        authenticating = /^[^ ]+ AUTHENTICATE\b/i.test(line.text);
        return read(line, 'command');
      },
      counted: () => goesOn('command'),
    },
    server: {
      line: (line) => {
        if (/^[^ *+]+ (?:OK|NO|BAD)\b/i.test(line.text)) authenticating = false;
        // The literal will not come: the next line is a new command.
        if (link.awaited('client') > 0 && REFUSED.test(line.text))
          link.redirect('client', 'line', 'command');
        return read(line, 'reply');
      },
      counted: () => goesOn('reply'),
    },
  };
}
