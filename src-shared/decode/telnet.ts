import { IAC, telnetCommandName, telnetOptionName } from '../protocols/telnet';
import type { Decoded, DecodeInput, Field } from './decoded';
import { Fields, labelled, visible } from './decoded';

const SB = 250;
const SE = 240;
const WILL = 251;
const NAWS = 31;
const TERMINAL_TYPE = 24;

/** RFC 854: text and commands in the order they stand; CR NUL is a bare carriage return. */
export function telnet({ bytes }: DecodeInput): Decoded {
  const fields = new Fields(bytes);
  const found: Field[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (fields.full) {
      found.push(...fields.rest(at));
      break;
    }
    const to =
      bytes[at] === IAC && bytes[at + 1] !== IAC ? commandEnd(bytes, at) : textEnd(bytes, at);
    const isCommand = bytes[at] === IAC && bytes[at + 1] !== IAC;
    found.push(isCommand ? command(fields, at, to) : fields.field('text', at, to));
    at = to;
  }
  const shown = found.slice(0, 20).map(({ value }) => value);
  return labelled(shown.join(' · '), found);
}

function textEnd(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(IAC, from);
  while (at !== -1 && bytes[at + 1] === IAC) at = bytes.indexOf(IAC, at + 2);
  return at === -1 ? bytes.length : at;
}

function commandEnd(bytes: Uint8Array, from: number): number {
  const byte = bytes[from + 1] ?? 0;
  if (byte >= WILL) return Math.min(from + 3, bytes.length);
  if (byte !== SB) return Math.min(from + 2, bytes.length);
  let at = bytes.indexOf(IAC, from + 2);
  while (at !== -1 && bytes[at + 1] === IAC) at = bytes.indexOf(IAC, at + 2);
  return at === -1 ? bytes.length : Math.min(at + 2, bytes.length);
}

function command(fields: Fields, from: number, to: number): Field {
  const { bytes } = fields;
  const byte = bytes[from + 1];
  if (byte === undefined) return fields.field('command', from, to, 'IAC');
  const name = `IAC ${telnetCommandName(byte)}`;
  const option = bytes[from + 2];
  if (byte < SB || option === undefined || to <= from + 2)
    return fields.field('command', from, to, name);
  const optionName = telnetOptionName(option);
  const children = [
    fields.number('command', from, from + 2, byte, name),
    fields.number('option', from + 2, from + 3, option, optionName),
  ];
  if (byte !== SB) return fields.field('negotiation', from, to, `${name} ${optionName}`, children);
  const isClosed = bytes[to - 2] === IAC && bytes[to - 1] === SE && to - 2 >= from + 3;
  const end = isClosed ? to - 2 : to;
  if (end > from + 3)
    children.push(
      fields.field('parameters', from + 3, end, parameters(bytes, option, from + 3, end)),
    );
  const value = [name, optionName, children[2]?.value].filter(Boolean).join(' ');
  return fields.field('subnegotiation', from, to, value, children);
}

function parameters(bytes: Uint8Array, option: number, from: number, to: number): string {
  if (option === NAWS && to - from === 4) {
    const [width, height] = [from, from + 2].map(
      (n) => (bytes[n] ?? 0) * 256 + (bytes[n + 1] ?? 0),
    );
    return `${width ?? 0}×${height ?? 0}`;
  }
  if (option === TERMINAL_TYPE && bytes[from] === 1) return 'SEND';
  if (option === TERMINAL_TYPE && bytes[from] === 0) return `IS ${visible(bytes, from + 1, to)}`;
  return visible(bytes, from, to);
}
