import type { Conversation } from './conversation';
import { ends, goesOn, nothingCounted, verb, Waiting } from './conversation';

/** Answers that a block of lines follows (RFC 3977 appendix C, RFC 2980), whatever was asked. */
const WITH_BLOCK = new Set([100, 101, 215, 220, 221, 222, 224, 225, 230, 231, 282]);

/** Asks for the client's text: POST, IHAVE. */
const SEND_TEXT = new Set([335, 340]);

/** RFC 3977; 211 has a block only as the answer to LISTGROUP. */
export function nntp(): Conversation {
  const waiting = new Waiting<string>();
  let block = false;
  let text = false;
  let challenged = false;
  return {
    client: {
      line: (line) => {
        if (text) {
          if (!line.isDot) return goesOn('data');
          text = false;
          return ends('data', 'command');
        }
        if (challenged) {
          challenged = false;
          return ends('auth', 'command');
        }
        const name = verb(line.text);
        waiting.add(name);
        // Streaming (RFC 4644): the article follows at once.
        text = name === 'TAKETHIS';
        return ends('command', text ? 'data' : 'command');
      },
      counted: nothingCounted,
    },
    server: {
      line: (line) => {
        if (block) {
          block = !line.isDot;
          return block ? goesOn('block') : ends('block', 'reply');
        }
        const code = Number(/^(\d{3})(?: |$)/.exec(line.text)?.[1] ?? 0);
        text ||= SEND_TEXT.has(code);
        challenged = code === 383;
        // The text and the answer to a challenge are answered too, under no command of their own.
        const asked = code === 383 || SEND_TEXT.has(code) ? undefined : waiting.next();
        block = WITH_BLOCK.has(code) || (code === 211 && asked === 'LISTGROUP');
        return block ? goesOn('block') : ends('reply');
      },
      counted: nothingCounted,
    },
  };
}
