import type { Conversation } from './conversation';
import { ends, goesOn, nothingCounted, verb, Waiting } from './conversation';

/** Answered with lines up to a dot when there is an argument, when there is none, or always. */
const WITH_BLOCK = new Map([
  ['RETR', 'always'],
  ['TOP', 'always'],
  ['CAPA', 'always'],
  ['LIST', 'alone'],
  ['UIDL', 'alone'],
  // Lists the mechanisms (RFC 5034).
  ['AUTH', 'alone'],
]);

/** RFC 1939, with CAPA (RFC 2449) and AUTH (RFC 5034): the command decides how its answer ends. */
export function pop3(): Conversation {
  const waiting = new Waiting<boolean>();
  let block = false;
  let challenged = false;
  return {
    client: {
      line: (line) => {
        if (challenged) {
          challenged = false;
          return ends('auth', 'command');
        }
        const { text } = line;
        const when = WITH_BLOCK.get(verb(text));
        waiting.add(when === 'always' || (when === 'alone' && /^[A-Za-z]+ *$/.test(text)));
        return ends('command');
      },
      counted: nothingCounted,
    },
    server: {
      line: (line) => {
        if (block) {
          block = !line.isDot;
          return block ? goesOn('block') : ends('block', 'reply');
        }
        const { text } = line;
        if (/^\+(?: |$)/.test(text)) {
          challenged = true;
          return ends('reply');
        }
        // The greeting answers nothing: it comes before any command.
        block = waiting.next() === true && /^\+OK/i.test(text);
        return block ? goesOn('block') : ends('reply');
      },
      counted: nothingCounted,
    },
  };
}
