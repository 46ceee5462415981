import type { Decoded, DecodeInput, Field, LineAt } from './decoded';
import { ascii, type Fields, labelled, opaque, visible } from './decoded';
import { article, codedReplies, commands, statusAndBlock } from './lines';

/** RFC 5321. */
export function smtp(input: DecodeInput): Decoded {
  const { role, side } = input;
  if (role === 'opaque') return opaque(input);
  if (role === 'data') return article(input);
  if (role === 'auth') return challengeAnswer(input);
  return side === 'server' ? codedReplies(input) : commands(input);
}

/** RFC 1939. */
export function pop3(input: DecodeInput): Decoded {
  const { role, side } = input;
  if (role === 'opaque') return opaque(input);
  if (role === 'block') return statusAndBlock(input, statusWords);
  if (role === 'auth') return challengeAnswer(input);
  return side === 'server' ? commands(input, statusWords) : commands(input);
}

/** `+OK` or `-ERR`, and its words. */
function statusWords(fields: Fields, line: LineAt): Field[] {
  const text = ascii(fields.bytes, line);
  const status = /^[+-][A-Za-z]*/.exec(text)?.[0].length ?? 0;
  const found = [fields.field('indicator', line.from, line.from + status)];
  if (line.from + status < line.to)
    found.push(fields.field('text', line.from + status + 1, line.to));
  return found;
}

/** What answers a challenge of AUTH; `*` gives up. */
export function challengeAnswer(input: DecodeInput): Decoded {
  const plain = commands(input);
  const text = visible(input.bytes, 0, input.bytes.length).replace(/(\\r)?\\n$/, '');
  return labelled(`AUTH ${text}`, plain.fields);
}
