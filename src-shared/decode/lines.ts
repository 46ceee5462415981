import type { Decoded, DecodeInput, Field, LineAt } from './decoded';
import { ascii, bytesText, Fields, labelled, lineAt, visible } from './decoded';
import { say } from './words';

/** `VERB argument`, as most protocols of lines have it. */
function commandFields(fields: Fields, line: LineAt): Field[] {
  const text = ascii(fields.bytes, line);
  const word = /^ *([^ ]*)( *)/.exec(text);
  const verbFrom = line.from + (/^ */.exec(text)?.[0].length ?? 0);
  const verbTo = verbFrom + (word?.[1]?.length ?? 0);
  const argument = verbTo + (word?.[2]?.length ?? 0);
  const found = [fields.field('command', verbFrom, verbTo)];
  if (argument < line.to) found.push(fields.field('argument', argument, line.to));
  return found;
}

/** All lines of a frame as fields, each made by `make`; stops when there are too many. */
function eachLine(
  fields: Fields,
  from: number,
  make: (line: LineAt, index: number) => Field,
): { found: Field[]; lines: number } {
  const found: Field[] = [];
  const { bytes } = fields;
  let at = from;
  let lines = 0;
  while (at < bytes.length) {
    const line = lineAt(bytes, at);
    if (fields.full) {
      found.push(...fields.rest(at));
      break;
    }
    found.push(make(line, lines));
    lines++;
    at = line.next;
  }
  return { found, lines };
}

/** One line or several, each made of the words that `words` finds in it. */
export function commands(input: DecodeInput, words = commandFields): Decoded {
  const fields = new Fields(input.bytes);
  const first = lineAt(input.bytes, 0);
  if (first.next >= input.bytes.length)
    return labelled(visible(input.bytes, first.from, first.to), words(fields, first));
  const { found } = eachLine(fields, 0, (line) =>
    fields.field('line', line.from, line.to, undefined, words(fields, line)),
  );
  return labelled(found.map(({ value }) => value).join(' · '), found);
}

/** Answers with codes of three digits: `250-PIPELINING`. */
export function codedReplies(
  input: DecodeInput,
  extra: (fields: Fields, line: LineAt, text: string) => Field[] = () => [],
): Decoded {
  const fields = new Fields(input.bytes);
  const texts: string[] = [];
  let code = '';
  const { found, lines } = eachLine(fields, 0, (line) => {
    const text = ascii(input.bytes, line);
    const match = /^(\d{3})([ -]|$)/.exec(text);
    const textFrom = line.from + (match ? match[0].length : 0);
    const shown = visible(input.bytes, textFrom, line.to);
    if (texts.length < 20) texts.push(shown);
    code ||= match?.[1] ?? '';
    const children = [
      ...(match ? [fields.digits('code', line.from, line.from + 3)] : []),
      ...(textFrom < line.to ? [fields.field('text', textFrom, line.to)] : []),
      ...extra(fields, line, text),
    ];
    return fields.field('line', line.from, line.to, undefined, children);
  });
  const [only] = found;
  // A single line that goes on, cut by another framing: the hyphen tells.
  if (lines === 1 && only) return labelled(only.value, only.children);
  return labelled(`${code} ${texts.join(' · ')}`.trim(), found);
}

/** What a block's last line says about its end. */
interface Ending {
  lines: number;
  bytes: number;
  dot: boolean;
}

/** The dot that ends a block, and the lines before it. */
export function blockFields(fields: Fields, from: number): { found: Field[]; ending: Ending } {
  const { bytes } = fields;
  const ending: Ending = { lines: 0, bytes: bytes.length - from, dot: false };
  const end = blockEnd(bytes, from);
  const found: Field[] = [];
  for (let at = from; at < end && !fields.full;) {
    const line = lineAt(bytes, at);
    const stuffed = bytes[line.from] === 0x2e;
    found.push(fields.field(stuffed ? say('dot-doubled') : 'line', line.from, line.to));
    at = line.next;
    if (fields.full && at < end)
      found.push(fields.field(say('rest'), at, end, bytesText(end - at)));
  }
  for (let at = bytes.indexOf(0x0a, from); at !== -1 && at < end; at = bytes.indexOf(0x0a, at + 1))
    ending.lines++;
  if (end < bytes.length) {
    ending.dot = true;
    ending.bytes = end - from;
    found.push(fields.field('end', end, bytes.length, '.'));
  }
  return { found, ending };
}

/** Where the line of one dot begins, if the frame ends with it; else the frame's end. */
function blockEnd(bytes: Uint8Array, from: number): number {
  let { length: end } = bytes;
  if (bytes[end - 1] !== 0x0a) return bytes.length;
  end -= bytes[end - 2] === 0x0d ? 2 : 1;
  if (bytes[end - 1] !== 0x2e) return bytes.length;
  return end - 1 === from || bytes[end - 2] === 0x0a ? end - 1 : bytes.length;
}

/** `12 lines, 345 bytes, ends with .` */
function blockText({ lines, bytes, dot }: Ending): string {
  const count = lines === 1 ? say('line') : say('lines', lines);
  return [count, bytesText(bytes), ...(dot ? [say('ends-with-dot')] : [])].join(', ');
}

/** A status line with a block after it: NNTP and POP3. */
export function statusAndBlock(
  input: DecodeInput,
  statusFields: (f: Fields, l: LineAt) => Field[],
) {
  const fields = new Fields(input.bytes);
  const status = lineAt(input.bytes, 0);
  const first = fields.field('status', 0, status.to, undefined, statusFields(fields, status));
  const { found, ending } = blockFields(fields, status.next);
  return labelled(`${first.value} · ${blockText(ending)}`, [first, ...found]);
}

/** A text of mail or news: its fields, its body, its dot. */
export function article(input: DecodeInput): Decoded {
  const fields = new Fields(input.bytes);
  const { bytes } = input;
  const found: Field[] = [];
  let subject = '';
  let at = 0;
  while (at < bytes.length && !fields.full) {
    const line = lineAt(bytes, at);
    const text = ascii(bytes, line);
    const name = /^[!-9;-~]+(?=:)/.exec(text)?.[0];
    if (name === undefined && !/^[ \t]/.test(text)) {
      if (line.to === line.from) at = line.next;
      break;
    }
    const from = line.from + (name === undefined ? 0 : name.length + 1);
    found.push(
      fields.field(name ?? 'continued', from, line.to, visible(bytes, from, line.to).trim()),
    );
    if (name?.toLowerCase() === 'subject') subject = found.at(-1)?.value ?? '';
    at = line.next;
  }
  const { found: block, ending } = blockFields(fields, at);
  const about = subject === '' ? say('text') : `${say('text')} “${subject}”`;
  const size = bytesText(ending.dot ? at + ending.bytes : bytes.length);
  const label = [about, size, ...(ending.dot ? [say('ends-with-dot')] : [])].join(', ');
  return labelled(label, [...found, ...block]);
}
