import { ftpDataAddress } from '../protocols/ftp-address';
import type { Decoded, DecodeInput, Field, LineAt } from './decoded';
import { ascii, Fields, labelled, lineAt, opaque } from './decoded';
import { article, codedReplies, commands, statusAndBlock } from './lines';
import { challengeAnswer } from './mail';

/** RFC 959: with the address of the data connection where one is named. */
export function ftp(input: DecodeInput): Decoded {
  if (input.role === 'opaque') return opaque(input);
  if (input.side === 'server')
    return codedReplies(input, (fields, line, text) => dataConnection(fields, line, text));
  const said = commands(input);
  const line = lineAt(input.bytes, 0);
  const fields = new Fields(input.bytes);
  return labelled(said.label, [
    ...said.fields,
    ...dataConnection(fields, line, ascii(input.bytes, line)),
  ]);
}

function dataConnection(fields: Fields, line: { from: number; to: number }, text: string) {
  const address = ftpDataAddress(text);
  if (!address) return [];
  const { host, port } = address;
  const place =
    host === null ? `port ${port}` : `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return [fields.number('data connection', line.from, line.to, port, place)];
}

/** RFC 3977. */
export function nntp(input: DecodeInput): Decoded {
  const { role, side } = input;
  if (role === 'opaque') return opaque(input);
  if (role === 'data') return article(input);
  if (role === 'auth') return challengeAnswer(input);
  if (role === 'block') return statusAndBlock(input, codeAndText);
  return side === 'server' ? codedReplies(input) : commands(input);
}

function codeAndText(fields: Fields, line: LineAt): Field[] {
  const code = Math.min(line.from + 3, line.to);
  const found = [fields.digits('code', line.from, code)];
  if (code < line.to) found.push(fields.field('text', code + 1, line.to));
  return found;
}
