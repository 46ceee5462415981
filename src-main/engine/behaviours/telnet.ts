import { TelnetCodec } from './telnet-codec';
import { shown } from './command-line';
import type { Client, Part, Talk } from './talk';

/** More of a line than this is left out, and the answer says so. */
const MAX_LINE = 1024;

const HELP = [
  'echo TEXT   says TEXT again',
  'date        what time it is here',
  'options     what was negotiated',
  'quit        closes',
];

/**
 * RFC 854 and 855: a prompt that answers lines. Options are negotiated by the rules of RFC 1143, so
 * that no answer is answered for ever; a line ends with CR LF, CR NUL or LF.
 */
export function* telnet(client: Client): Talk {
  const codec = new TelnetCodec();
  yield codec.start();
  yield codec.text('Wirebench telnet. "help" says what is understood.\r\n> ');
  let line = '';
  let tooLong = false;
  for (;;) {
    const bytes = yield* client.input.some(4096);
    if (bytes === null) return;
    for (const heard of codec.heard(bytes)) {
      if (typeof heard !== 'string') {
        yield heard;
        continue;
      }
      if (heard !== '\n') {
        if (codec.echoes) yield codec.text(heard);
        if (line.length < MAX_LINE) line += heard;
        else tooLong = true;
        continue;
      }
      if (codec.echoes) yield codec.text('\r\n');
      if (!(yield* answer(codec, tooLong ? null : line.trim()))) return;
      line = '';
      tooLong = false;
      yield codec.text('> ');
    }
  }
}

/** `line` null: it was too long. False: the peer wants to end. */
function* answer(codec: TelnetCodec, line: string | null): Part<boolean> {
  if (line === null) {
    yield codec.text(`A line has at most ${MAX_LINE} bytes.\r\n`);
    return true;
  }
  const [, word = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(line) ?? [];
  switch (word.toLowerCase()) {
    case '':
      return true;
    case 'help':
      yield codec.text(HELP.map((text) => `${text}\r\n`).join(''));
      return true;
    case 'echo':
      yield codec.text(`${rest}\r\n`);
      return true;
    case 'date':
      yield codec.text(`${new Date().toUTCString()}\r\n`);
      return true;
    case 'options':
      yield codec.text(
        codec
          .describe()
          .map((text) => `${text}\r\n`)
          .join(''),
      );
      return true;
    case 'quit':
    case 'exit':
    case 'logout':
      yield codec.text('Good bye.\r\n');
      return false;
    default:
      yield codec.text(`"${shown(word)}" is not understood here.\r\n`);
      return true;
  }
}
