import type { Decoded, DecodeInput, Field, LineAt } from './decoded';
import { ascii, bytesText, Fields, labelled, lineAt, opaque, visible } from './decoded';
import { blockFields } from './lines';
import { say } from './words';

/** RFC 1436 §3.8, and the two everyone uses. */
const TYPES = new Map([
  ['0', 'text'],
  ['1', 'menu'],
  ['2', 'CSO phone book'],
  ['3', 'error'],
  ['4', 'BinHex'],
  ['5', 'DOS binary'],
  ['6', 'uuencoded'],
  ['7', 'search'],
  ['8', 'telnet'],
  ['9', 'binary'],
  ['+', 'redundant server'],
  ['T', 'tn3270'],
  ['g', 'GIF'],
  ['I', 'image'],
  ['h', 'HTML'],
  ['i', 'information'],
]);

export function gopher(input: DecodeInput): Decoded {
  if (input.role === 'opaque') return opaque(input);
  if (input.side === 'client') return question(input);
  const first = lineAt(input.bytes, 0);
  return isEntry(ascii(input.bytes, first)) ? menu(input) : contents(input);
}

function question({ bytes }: DecodeInput): Decoded {
  const line = lineAt(bytes, 0);
  const fields = new Fields(bytes);
  const tab = ascii(bytes, line).indexOf('\t');
  const end = tab === -1 ? line.to : line.from + tab;
  const found = [fields.field('selector', line.from, end)];
  if (tab !== -1) found.push(fields.field('search', end + 1, line.to));
  const selector = found[0]?.value ?? '';
  const what = selector === '' ? say('root-menu') : selector;
  return labelled(tab === -1 ? what : `${what} “${found[1]?.value ?? ''}”`, found);
}

/** `1About us⇥/about⇥example.com⇥70` */
function isEntry(text: string): boolean {
  return /^[!-~][^\t]*\t[^\t]*\t[^\t]*\t\d{1,5}/.test(text);
}

function menu({ bytes, incomplete }: DecodeInput): Decoded {
  const fields = new Fields(bytes);
  const found: Field[] = [];
  let entries = 0;
  let information = 0;
  for (let at = 0; at < bytes.length;) {
    const line = lineAt(bytes, at);
    const text = ascii(bytes, line);
    if (isEntry(text)) {
      if (text.startsWith('i')) information++;
      else entries++;
      if (!fields.full) found.push(entry(fields, line, text));
    } else if (!fields.full) {
      const isEnd = line.to - line.from === 1 && text === '.';
      found.push(fields.field(isEnd ? 'end' : 'line', line.from, line.to));
    }
    at = line.next;
  }
  const parts = [say('menu'), entries === 1 ? say('entry') : say('entries', entries)];
  if (information > 0) parts.push(say('of-information', information));
  if (incomplete === true) parts.push(say('incomplete'));
  return labelled(parts.join(', '), found);
}

function entry(fields: Fields, line: LineAt, text: string): Field {
  const type = text.charAt(0);
  const parts = text.slice(1).split('\t');
  const names = ['display', 'selector', 'host', 'port'];
  const children = [fields.field('type', line.from, line.from + 1, TYPES.get(type) ?? type)];
  let at = line.from + 1;
  for (const [n, name] of names.entries()) {
    const to = Math.min(at + (parts[n]?.length ?? 0), line.to);
    children.push(name === 'port' ? fields.digits(name, at, to) : fields.field(name, at, to));
    at = to + 1;
  }
  const [kind, display] = children;
  const value = `${kind?.value ?? ''}: ${display?.value ?? ''}`;
  return fields.field('entry', line.from, line.to, value, children);
}

function contents({ bytes, incomplete, role }: DecodeInput): Decoded {
  const fields = new Fields(bytes);
  const isText = !bytes.subarray(0, 4096).some((byte) => byte === 0);
  const shown = isText ? ` · ${visible(bytes, 0, lineAt(bytes, 0).to)}` : '';
  const whole = role === 'answer' && incomplete !== true ? `, ${say('complete')}` : '';
  const label = `${say(isText ? 'text' : 'binary')}, ${bytesText(bytes.length)}${whole}${shown}`;
  return labelled(label, isText ? blockFields(fields, 0).found : fields.rest(0));
}
