import type { Line, Step } from '../line-scanner';
import type { Conversation } from './conversation';
import { CodedReply, ends, goesOn, nothingCounted, verb } from './conversation';

/**
 * RFC 5321, with BDAT (RFC 3030) and AUTH (RFC 4954). After DATA the text follows when 354 has come;
 * DATA is the last of a pipelined group (RFC 2920), so its answer is the last one awaited.
 */
export function smtp(): Conversation {
  const reply = new CodedReply();
  let unanswered = 0;
  let text: 'none' | 'asked' | 'coming' = 'none';
  let challenged = false;

  function command(line: Line): Step {
    if (challenged) {
      challenged = false;
      return ends('auth', 'command');
    }
    unanswered++;
    const name = verb(line.text);
    if (name === 'DATA') {
      text = 'asked';
      return ends('command', 'data');
    }
    const bytes = name === 'BDAT' ? Number(/^BDAT +(\d{1,15})/i.exec(line.text)?.[1] ?? 0) : 0;
    if (bytes > 0) return { cut: 'command', want: bytes, role: 'data' };
    return ends('command');
  }

  return {
    client: {
      line: (line) => {
        if (text === 'none') return command(line);
        if (!line.isDot) return goesOn('data');
        text = 'none';
        unanswered = 1;
        return ends('data', 'command');
      },
      counted: () => ends('data', 'command'),
    },
    server: {
      line: (line) => {
        const code = reply.line(line.text);
        if (code === null) return goesOn('reply');
        if (code === 334) challenged = true;
        else unanswered = Math.max(0, unanswered - 1);
        if (code === 354) text = 'coming';
        else if (text === 'asked' && unanswered === 0) text = 'none';
        return ends('reply');
      },
      counted: nothingCounted,
    },
  };
}
