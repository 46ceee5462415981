import type { Decoded, DecodeInput, LineAt } from './decoded';
import { ascii, labelled, lineAt, opaque, visible } from './decoded';
import { SENTENCES, TALKERS } from './nmea-sentences';
import { hexNumber, Tree } from './tree';
import { say } from './words';

/** NMEA 0183 and IEC 61162-1, with the tag blocks of IEC 61162-450: a sentence, or several. */
export function nmea(input: DecodeInput): Decoded {
  if (input.role === 'opaque' || input.part === 'middle' || input.part === 'last')
    return opaque(input);
  const tree = new Tree(input.bytes);
  const said: string[] = [];
  const tell = (text: string) => {
    if (said.length < 8) said.push(text);
  };
  const first = lineAt(input.bytes, 0);
  const fields = tree.read(() => {
    if (first.next >= input.bytes.length) tell(sentence(tree, first));
    else
      while (tree.left > 0) {
        const line = lineAt(input.bytes, tree.at);
        tree.entry('sentence', (entry) => {
          entry.value = sentence(tree, line);
          tell(entry.value);
        });
      }
  });
  return labelled(said.join(' · '), fields);
}

/** Reads a line, and says in short what it is. */
function sentence(tree: Tree, line: LineAt): string {
  const blocks = tagBlocks(tree, line);
  const text = ascii(tree.bytes, { from: blocks, to: line.to });
  const start = text.search(/[$!]/);
  const star = text.lastIndexOf('*');
  const end = star === -1 ? text.length : star;
  tree.at = line.next;
  if (start === -1 || end < start) {
    if (line.to > blocks) tree.add('line', blocks, line.to);
    return line.to > blocks
      ? `${say('not-this', 'NMEA')}: ${visible(tree.bytes, blocks, line.to)}`
      : '';
  }
  const from = blocks + start;
  if (start > 0) tree.add(say('rest'), blocks, from);
  const words = text.slice(start + 1, end).split(',');
  const about = fieldsOf(tree, from + 1, words);
  const wrong = star === -1 ? '' : checksum(tree, from + 1, blocks + star, line.to);
  return `${visibleWord(words[0] ?? '')}${about}${wrong}`;
}

/** `\s:station,c:1241544035*4A\` in front of a sentence; to where they go. */
function tagBlocks(tree: Tree, line: LineAt): number {
  let at = line.from;
  for (;;) {
    const block = /^\\[^\\]*\\/.exec(ascii(tree.bytes, { from: at, to: line.to }))?.[0];
    if (block === undefined) return at;
    tree.add('tag block', at, at + block.length);
    at += block.length;
  }
}

/** The words between commas by their names; what of them a label has. */
function fieldsOf(tree: Tree, from: number, words: readonly string[]): string {
  const [address = ''] = words;
  const formatter = address.startsWith('P') ? address : address.slice(-3);
  const talker = address.startsWith('P') ? 'proprietary' : TALKERS.get(address.slice(0, 2));
  const names = SENTENCES.get(formatter) ?? [];
  const about: string[] = [];
  let at = from + address.length;
  const shown = visibleWord(address);
  tree.add('address', from, at, talker === undefined ? shown : `${shown} (${talker})`);
  for (const [n, word] of words.slice(1).entries()) {
    const name = names[n] ?? `field ${n + 1}`;
    const value = wordOf(name, word, words[n + 2] ?? '');
    const to = at + 1 + word.length;
    if (word === '') tree.add(name, at + 1, to, '');
    else if (value.number === undefined) tree.add(name, at + 1, to, value.text);
    else tree.number(name, at + 1, to, value.number, value.text);
    at = to;
    // Units and directions say nothing alone.
    if (word !== '' && word.length > 1 && about.length < 6) about.push(`${name} ${value.text}`);
  }
  return about.length === 0 ? '' : ` · ${about.join(', ')}`;
}

interface Word {
  text: string;
  number?: number;
}

/** A word as people read it; a number where it is one, of a position signed degrees. */
function wordOf(name: string, word: string, next: string): Word {
  const degrees = /^(\d{1,3})(\d\d(?:\.\d+)?)$/.exec(word);
  if ((name === 'latitude' || name === 'longitude') && degrees) {
    const sign = /^[SW]$/.test(next) ? -1 : 1;
    const number = sign * (Number(degrees[1]) + Number(degrees[2]) / 60);
    const rounded = Math.round(number * 1e7) / 1e7;
    return { text: `${word} (${rounded.toFixed(5)}°)`, number: rounded };
  }
  const clock = /^(\d\d)(\d\d)(\d\d(?:\.\d+)?)$/.exec(word);
  if (name === 'time' && clock) return { text: clock.slice(1).join(':'), number: Number(word) };
  if (name === 'date' && /^\d{6}$/.test(word))
    return { text: word.replace(/(\d\d)(\d\d)(\d\d)/, '$1.$2.$3'), number: Number(word) };
  if (name === 'payload') return { text: `${visibleWord(word)} (${aisType(word)})` };
  const number = /^[+-]?\d+(?:\.\d*)?$|^[+-]?\.\d+$/.test(word) ? Number(word) : undefined;
  const text = visibleWord(word);
  return number === undefined ? { text } : { text, number };
}

const encoder = new TextEncoder();

function visibleWord(word: string): string {
  const bytes = encoder.encode(word);
  return visible(bytes, 0, bytes.length);
}

/** The first six bits of a payload are the type of its message (ITU-R M.1371). */
function aisType(word: string): string {
  const code = word.charCodeAt(0) - 48;
  return `AIS message type ${code > 40 ? code - 8 : code}`;
}

/** Two hex digits: all bytes between start and star, xored. */
function checksum(tree: Tree, from: number, star: number, to: number): string {
  const sent = parseInt(ascii(tree.bytes, { from: star + 1, to: Math.min(star + 3, to) }), 16);
  let sum = 0;
  for (let at = from; at < star; at++) sum ^= tree.bytes[at] ?? 0;
  const isRight = sum === sent;
  const said = say(isRight ? 'checksum-right' : 'checksum-wrong');
  const shown = Number.isNaN(sent) ? said : `${hexNumber(sent)}, ${said}`;
  if (to > star + 1) tree.number('checksum', star + 1, to, Number.isNaN(sent) ? sum : sent, shown);
  return isRight ? '' : `, ${said} (${hexNumber(sum)})`;
}
