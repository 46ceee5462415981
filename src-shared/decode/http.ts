import type { Decoded, DecodeInput, Field, LineAt } from './decoded';
import { ascii, bytesText, Fields, labelled, lineAt, opaque, visible } from './decoded';
import { say } from './words';

/** RFC 9112. */
export function http(input: DecodeInput): Decoded {
  const { role } = input;
  if (role === 'head') return head(input);
  if (role === 'body') return body(input);
  if (role === 'chunk' || role === 'last-chunk') return chunk(input);
  if (role !== 'frame') return opaque(input);
  // Another framing cut it: its first line tells.
  const text = ascii(input.bytes, lineAt(input.bytes, 0));
  return /^HTTP\/\d|^[A-Z]+ \S+ HTTP\/\d/.test(text) ? head(input) : opaque(input);
}

function head({ bytes, part = 'whole' }: DecodeInput): Decoded {
  const fields = new Fields(bytes);
  if (part === 'middle' || part === 'last')
    return labelled(
      `${say('head-goes-on')}, ${bytesText(bytes.length)}`,
      headerFields(fields, 0).found,
    );
  let start = lineAt(bytes, 0);
  while (start.to === start.from && start.next < bytes.length) start = lineAt(bytes, start.next);
  const first = startLine(fields, start);
  const { found, next } = headerFields(fields, start.next);
  const about = aboutBody(found);
  const label = [first.value.replace(/ HTTP\/\d\.\d$/, '').replace(/^HTTP\/\d\.\d /, ''), ...about];
  return labelled(label.join(' · '), [first, ...found, ...fields.rest(next)]);
}

function startLine(fields: Fields, line: LineAt): Field {
  const text = ascii(fields.bytes, line);
  const isAnswer = text.startsWith('HTTP/');
  const names = isAnswer ? ['version', 'status', 'reason'] : ['method', 'target', 'version'];
  const children: Field[] = [];
  let at = line.from;
  for (const [n, name] of names.entries()) {
    const space = n === 2 ? -1 : text.indexOf(' ', at - line.from);
    const to = space === -1 ? line.to : line.from + space;
    if (to > at)
      children.push(name === 'status' ? fields.digits(name, at, to) : fields.field(name, at, to));
    at = to + 1;
    if (at > line.to) break;
  }
  return fields.field(
    isAnswer ? 'status line' : 'request line',
    line.from,
    line.to,
    undefined,
    children,
  );
}

/** The fields up to and with the empty line. */
function headerFields(fields: Fields, from: number): { found: Field[]; next: number } {
  const { bytes } = fields;
  const found: Field[] = [];
  let at = from;
  while (at < bytes.length && !fields.full) {
    const line = lineAt(bytes, at);
    at = line.next;
    if (line.to === line.from) break;
    const text = ascii(bytes, line);
    const colon = text.indexOf(':');
    const name = colon > 0 ? text.slice(0, colon) : 'line';
    const gap = /^:[ \t]*/.exec(text.slice(Math.max(colon, 0)))?.[0].length ?? 0;
    const valueFrom = Math.min(line.from + Math.max(colon, 0) + gap, line.to);
    found.push(fields.digits(shownName(name), valueFrom, line.to));
  }
  return { found, next: at };
}

/** A name is the sender's: it is shown as bytes are. */
function shownName(name: string): string {
  return /^[!-~]{1,60}$/.test(name) ? name : 'field';
}

function aboutBody(found: readonly Field[]): string[] {
  const value = (name: string) =>
    found.find((field) => field.name.toLowerCase() === name)?.value ?? '';
  const length = value('content-length');
  const type = /^[^;]*/.exec(value('content-type'))?.[0].trim() ?? '';
  const size = /chunked$/i.test(value('transfer-encoding'))
    ? 'chunked'
    : length === ''
      ? ''
      : bytesText(Number(length));
  return [type, size].filter((text) => text !== '');
}

function body({ bytes, part = 'whole', incomplete }: DecodeInput): Decoded {
  const fields = new Fields(bytes);
  const piece = part === 'whole' ? [] : [say(`${part}-piece`)];
  const end = incomplete === true ? [say('incomplete')] : [];
  const label = [say('body'), ...piece, bytesText(bytes.length), ...end].join(', ');
  return labelled(label, bytes.length === 0 ? [] : [fields.field('body', 0, bytes.length)]);
}

function chunk(input: DecodeInput): Decoded {
  const { bytes, part = 'whole' } = input;
  if (part === 'middle' || part === 'last') return body(input);
  const fields = new Fields(bytes);
  const line = lineAt(bytes, 0);
  const text = ascii(bytes, line);
  const digits = /^[0-9a-f]*/i.exec(text)?.[0] ?? '';
  const size = parseInt(digits, 16);
  const found = [
    fields.number('chunk-size', 0, digits.length, size || 0, `${digits} (${bytesText(size || 0)})`),
  ];
  if (line.from + digits.length < line.to)
    found.push(fields.field('chunk-ext', digits.length, line.to));
  if (size > 0) {
    const end = Math.min(line.next + size, bytes.length);
    if (end > line.next) found.push(fields.field('chunk-data', line.next, end));
    const shown = visible(bytes, line.next, Math.min(end, line.next + 60));
    return labelled(`${say('chunk')}, ${bytesText(size)} · ${shown}`, found);
  }
  const trailers = headerFields(fields, line.next);
  const named = trailers.found.map(({ name, value }) => `${name}: ${value}`);
  return labelled([say('last-chunk'), ...named].join(' · '), [...found, ...trailers.found]);
}
