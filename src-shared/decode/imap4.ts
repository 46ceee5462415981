import type { Decoded, DecodeInput, Field, LineAt } from './decoded';
import { ascii, bytesText, Fields, labelled, lineAt, opaque, visible } from './decoded';
import { challengeAnswer } from './mail';

/** RFC 3501: a line with its literals, and the lines that go on after them. */
export function imap4(input: DecodeInput): Decoded {
  if (input.role === 'opaque') return opaque(input);
  if (input.role === 'auth') return challengeAnswer(input);
  const { bytes } = input;
  const fields = new Fields(bytes);
  const found: Field[] = [];
  const shown: string[] = [];
  let at = 0;
  let isFirst = true;
  while (at < bytes.length) {
    if (fields.full) {
      found.push(...fields.rest(at));
      break;
    }
    const line = lineAt(bytes, at);
    if (shown.length < 20) shown.push(visible(bytes, line.from, line.to));
    found.push(
      ...(isFirst ? firstLine(fields, line) : [fields.field('continued', line.from, line.to)]),
    );
    const announced = literalBytes(bytes, line);
    at = Math.min(line.next + announced, bytes.length);
    if (at > line.next)
      found.push(fields.field('literal', line.next, at, bytesText(at - line.next)));
    // Without a literal what follows is another command or answer, cut by another framing.
    isFirst = announced === 0;
  }
  return labelled(shown.join(' '), found);
}

function literalBytes(bytes: Uint8Array, { from, to, next }: LineAt): number {
  if (next === to || bytes[to - 1] !== 0x7d) return 0;
  const text = ascii(bytes, { from: Math.max(from, to - 24), to });
  return Number(/\{(\d{1,15})\+?\}$/.exec(text)?.[1] ?? 0);
}

/** Tag, command or status, and the rest. `*` is data nobody asked for, `+` a request to go on. */
function firstLine(fields: Fields, line: LineAt): Field[] {
  const text = ascii(fields.bytes, line);
  const [, tag = '', gap = '', word = '', gap2 = ''] = /^([^ ]*)( *)([^ ]*)( *)/.exec(text) ?? [];
  const wordFrom = line.from + tag.length + gap.length;
  const rest = wordFrom + word.length + gap2.length;
  const found = [fields.field(nameOfTag(tag), line.from, line.from + tag.length)];
  if (word !== '') found.push(fields.field('command or status', wordFrom, wordFrom + word.length));
  if (rest < line.to) found.push(fields.field('arguments', rest, line.to));
  return found;
}

function nameOfTag(tag: string): string {
  if (tag === '*') return 'untagged';
  return tag === '+' ? 'continue' : 'tag';
}
