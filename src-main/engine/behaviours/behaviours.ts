import type { AddressOptions } from '../../../src-shared/address/address-options';
import { isSmallService } from '../../../src-shared/contract/behaviour';
import type {
  AnsweringName,
  BehaviourName,
  SmallServer,
  SmallService,
} from '../../../src-shared/contract/behaviour';
import { parseText } from '../../../src-shared/payload/text';
import { refusal } from '../../../src-shared/refusal/refusal';
import { RuleAnswers } from '../automation/rule-answers';
import type { RuleBook } from '../automation/rule-book';
import { CommandError } from '../command-error';
import type { Attendant, Attended } from '../sockets/attendant';
import { Conversation } from './conversation';
import { StreamRelay, type RelayHost } from '../relay/stream-relay';
import { ftp } from './ftp';
import { gopher } from './gopher';
import { http } from './http';
import { Hub } from './hub';
import { imap4 } from './imap4';
import { nntp } from './nntp';
import { pop3 } from './pop3';
import type { ServerContent } from './server-content';
import type { SideConnections } from './side-connections';
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
import { smtp } from './smtp';
import type { Client, Talk } from './talk';
import { telnet } from './telnet';

/** What a datagram is answered with: with these bytes, not at all, or by all others hearing it. */
type DatagramAnswer = Uint8Array | null | 'all-others';

/** A behaviour as one listener or UDP socket has it. */
export interface Behaviour {
  readonly name: AnsweringName;
  /** For each connection: whoever attends it from now on. */
  attend(connection: Attended): Attendant;
  /** For each datagram; null: this behaviour needs a connection. */
  readonly answer: ((datagram: Uint8Array) => DatagramAnswer) | null;
  /** Of `rules`. */
  readonly book?: RuleBook;
}

/** What the behaviours of a listener need of it. */
export interface ListenerHost extends ServerHost {
  readonly relay: RelayHost;
}

/** What the small servers need of the engine. */
interface ServerHost {
  content(): ServerContent;
  /** Null: it can open no further connections, as over a local socket. */
  readonly side: SideConnections | null;
}

/** A behaviour as it is asked for, with what only one of them needs. */
export interface AskedBehaviour {
  name: BehaviourName;
  reply: string | null;
  relayTo?: string | undefined;
}

/** Rules, which no address holds. */
export interface AskedRules {
  name: 'rules';
  rules: RuleBook;
}

export function askedBehaviour({ behave, reply, relayTo }: AddressOptions): AskedBehaviour | null {
  return behave === undefined ? null : { name: behave, reply: reply ?? null, relayTo };
}

/** Throws ERR_BAD_COMMAND when `reply` has an escape that is none. */
export function makeBehaviour(asked: AskedBehaviour | AskedRules, host: ListenerHost): Behaviour {
  if (asked.name === 'rules') return byRules(asked.rules);
  const { name, reply } = asked;
  if (isSmallService(name)) return smallService(name, reply);
  if (name === 'relay') {
    const relay = new StreamRelay(host.relay);
    return { name, attend: (client) => relay.attend(client), answer: null };
  }
  return { name, attend: talking((client) => server(name, host, client)), answer: null };
}

function byRules(book: RuleBook): Behaviour {
  const attend: Behaviour['attend'] = (connection) => new RuleAnswers(connection, book, 'in');
  return { name: 'rules', attend, answer: null, book };
}

/** A talk on each connection, at the pace of its peer. */
function talking(talk: (client: Client) => Talk): Behaviour['attend'] {
  return (connection) => new Conversation(connection, talk);
}

/** Throws ERR_BAD_COMMAND when `reply` has an escape that is none. */
export function smallService(name: SmallService, reply: string | null): Behaviour {
  switch (name) {
    case 'echo':
      // The socket keeps what it is given until it is sent.
      return { name, attend: talking(echo), answer: (datagram) => new Uint8Array(datagram) };
    case 'discard':
      return { name, attend: talking(discard), answer: () => null };
    case 'chargen':
      return { name, attend: talking(chargen), answer: () => chargenDatagram() };
    case 'daytime':
      return { name, attend: talking(sayOnce(daytimeText)), answer: () => daytimeText() };
    case 'time':
      return { name, attend: talking(sayOnce(timeBytes)), answer: () => timeBytes() };
    case 'reply': {
      const text = replyBytes(reply ?? '');
      return { name, attend: talking(replying(text)), answer: () => text };
    }
    case 'hub': {
      const hub = new Hub();
      return { name, attend: talking((client) => hub.talk(client)), answer: () => 'all-others' };
    }
    default:
      return name satisfies never;
  }
}

function server(name: SmallServer, host: ServerHost, client: Client): Talk {
  const content = host.content();
  switch (name) {
    case 'http':
      return http(content, client);
    case 'smtp':
      return smtp(content, client);
    case 'pop3':
      return pop3(content, client);
    case 'imap4':
      return imap4(content, client);
    case 'nntp':
      return nntp(content, client);
    case 'ftp':
      return ftp(content, host.side, client);
    case 'gopher':
      return gopher(content, client);
    case 'telnet':
      return telnet(client);
    default:
      return name satisfies never;
  }
}

function replyBytes(text: string): Uint8Array {
  const parsed = parseText(text, { escapes: true, lineEnding: 'none' });
  if (parsed.ok) return parsed.bytes;
  throw new CommandError('ERR_BAD_COMMAND', refusal('bad-reply', { why: parsed.error.message }));
}
