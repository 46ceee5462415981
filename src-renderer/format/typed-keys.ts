import { encodeText } from '../../src-shared/encoding/charset';
import type { Charset } from '../../src-shared/encoding/charset';
import type { Draft } from '../../src-shared/contract/profile';

/** How keys become bytes. */
export interface Keyboard {
  charset: Charset;
  /** Of what is written otherwise; a key needs one, so none is CR. */
  lineEnding: Draft['lineEnding'];
  /** RFC 854: byte 255 is doubled, and a CR that is no line end has a NUL behind it. */
  telnet: boolean;
}

/** The keys of a terminal that no text stands for (ECMA-48, as xterm sends them). */
const SEQUENCES = new Map([
  ['Backspace', '\x7f'],
  ['Tab', '\t'],
  ['Escape', '\x1b'],
  ['ArrowUp', '\x1b[A'],
  ['ArrowDown', '\x1b[B'],
  ['ArrowRight', '\x1b[C'],
  ['ArrowLeft', '\x1b[D'],
  ['Home', '\x1b[H'],
  ['End', '\x1b[F'],
  ['Insert', '\x1b[2~'],
  ['Delete', '\x1b[3~'],
  ['PageUp', '\x1b[5~'],
  ['PageDown', '\x1b[6~'],
]);

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey' | 'shiftKey'>;

/** What a key sends that types no text; null: it is none of those. */
export function keyBytes(pressed: Pressed, keyboard: Keyboard): Uint8Array<ArrayBuffer> | null {
  const { key, ctrlKey, altKey, metaKey, shiftKey } = pressed;
  if (metaKey || altKey) return null;
  // Ctrl+Shift+V pastes, as in terminals.
  if (ctrlKey && shiftKey && /^[a-z]$/i.test(key)) return null;
  if (ctrlKey) return controlByte(key);
  if (key === 'Enter') return enterBytes(keyboard);
  // Shift+Tab leads out of the field.
  if (key === 'Tab' && shiftKey) return null;
  const sequence = SEQUENCES.get(key);
  if (sequence === undefined) return null;
  return Uint8Array.from(sequence, (sign) => sign.charCodeAt(0));
}

/** Ctrl+A is 1, Ctrl+Z is 26, and so on to Ctrl+_; Ctrl+Space is 0. */
function controlByte(key: string): Uint8Array<ArrayBuffer> | null {
  if (key === ' ') return Uint8Array.of(0);
  const code = /^[a-z@[\\\]^_]$/i.test(key) ? key.toUpperCase().charCodeAt(0) - 0x40 : null;
  return code === null ? null : Uint8Array.of(code);
}

function enterBytes({ lineEnding, telnet }: Keyboard): Uint8Array<ArrayBuffer> {
  switch (lineEnding) {
    case 'none':
    case 'cr':
    case 'dot':
      return telnet ? Uint8Array.of(0x0d, 0) : Uint8Array.of(0x0d);
    case 'lf':
      return Uint8Array.of(0x0a);
    case 'crlf':
      return Uint8Array.of(0x0d, 0x0a);
    case 'nul':
      return Uint8Array.of(0);
    default:
      return lineEnding satisfies never;
  }
}

/** Text that was typed or pasted; null: with a character that the encoding has not. */
export function typedBytes(text: string, keyboard: Keyboard): Uint8Array<ArrayBuffer> | null {
  const parts: number[] = [];
  const enter = enterBytes(keyboard);
  for (const [n, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (n > 0) parts.push(...enter);
    const { bytes, bad } = encodeText(keyboard.charset, line);
    if (bad.length > 0) return null;
    for (const byte of bytes)
      parts.push(...(keyboard.telnet && byte === 0xff ? [byte, byte] : [byte]));
  }
  return Uint8Array.from(parts);
}
