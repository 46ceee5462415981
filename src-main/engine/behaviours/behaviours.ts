import type { BehaviourName } from '../../../src-shared/contract/behaviour';
import { parseText } from '../../../src-shared/payload/text';
import { CommandError } from '../command-error';
import { Hub } from './hub';
import {
  chargen,
  chargenDatagram,
  daytimeText,
  discard,
  echo,
  replying,
  sayOnce,
  timeBytes,
} from './small-services';
import type { Client, Talk } from './talk';

/** What a datagram is answered with: with these bytes, not at all, or by all others hearing it. */
export type DatagramAnswer = Uint8Array | null | 'all-others';

/** A behaviour as one listener or UDP socket has it. */
export interface Behaviour {
  readonly name: BehaviourName;
  /** For each connection. */
  talk(client: Client): Talk;
  /** For each datagram; null: this behaviour needs a connection. */
  readonly answer: ((datagram: Uint8Array) => DatagramAnswer) | null;
}

/** Throws ERR_BAD_COMMAND when `reply` has an escape that is none. */
export function makeBehaviour(name: BehaviourName, reply: string | null): Behaviour {
  switch (name) {
    case 'echo':
      // The socket keeps what it is given until it is sent.
      return { name, talk: echo, answer: (datagram) => new Uint8Array(datagram) };
    case 'discard':
      return { name, talk: discard, answer: () => null };
    case 'chargen':
      return { name, talk: chargen, answer: () => chargenDatagram() };
    case 'daytime':
      return { name, talk: sayOnce(daytimeText), answer: () => daytimeText() };
    case 'time':
      return { name, talk: sayOnce(timeBytes), answer: () => timeBytes() };
    case 'reply': {
      const text = replyBytes(reply ?? '');
      return { name, talk: replying(text), answer: () => text };
    }
    case 'hub': {
      const hub = new Hub();
      return { name, talk: (client) => hub.talk(client), answer: () => 'all-others' };
    }
    case 'http':
    case 'smtp':
    case 'pop3':
    case 'imap4':
    case 'nntp':
    case 'ftp':
    case 'telnet':
    case 'gopher':
      throw new CommandError('ERR_NOT_POSSIBLE', name);
    default:
      return name satisfies never;
  }
}

function replyBytes(text: string): Uint8Array {
  const parsed = parseText(text, { escapes: true, lineEnding: 'none' });
  if (parsed.ok) return parsed.bytes;
  throw new CommandError('ERR_BAD_COMMAND', `The reply is wrong: ${parsed.error.message}`);
}
